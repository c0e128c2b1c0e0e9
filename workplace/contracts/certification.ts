import { Type, type Static } from 'typebox'
import { closed, Done, Instant, nullable, OrgParams, page, PageQuery, Uuid } from './basics.ts'
import { contract } from './contract.ts'

export const certificationKinds = ['enterprise', 'public-institution', 'other'] as const
/** Intermediate: more people. Advanced: imports of any size, too (Z-05). */
export const certificationLevels = ['intermediate', 'advanced'] as const
/** What a request consists of, and what the operator may find fault with. */
export const certificationItems = [
  'kind',
  'applicantName',
  'idNumber',
  'registeredName',
  'creditCode',
  'licence',
  'letter',
] as const
export type CertificationItem = (typeof certificationItems)[number]
export const paperItems = ['licence', 'letter'] as const
export type PaperItem = (typeof paperItems)[number]
export const mostPaperBytes = 10 * 1024 * 1024

export const CertificationKind = Type.Enum(certificationKinds)
export const CertificationLevel = Type.Enum(certificationLevels)
export type CertificationLevel = Static<typeof CertificationLevel>
export const RequestState = Type.Enum(['submitted', 'approved', 'returned', 'withdrawn'])
export type RequestState = Static<typeof RequestState>

export const Paper = Type.Object({ id: Uuid, mime: Type.String(), size: Type.Integer() })
export type Paper = Static<typeof Paper>

export const ReturnReason = Type.Object(
  {
    item: Type.Enum(certificationItems),
    text: Type.String({ minLength: 1, maxLength: 300, pattern: '\\S' }),
  },
  closed,
)
export type ReturnReason = Static<typeof ReturnReason>

export const Certification = Type.Object({
  id: Uuid,
  orgId: Uuid,
  orgName: Type.String(),
  kind: CertificationKind,
  applicantName: Type.String(),
  idNumber: Type.String({ description: 'masked, two and two' }),
  registeredName: Type.String(),
  creditCode: Type.String(),
  licence: nullable(Paper),
  letter: nullable(Paper),
  state: RequestState,
  level: nullable(CertificationLevel),
  reasons: Type.Array(ReturnReason),
  submittedAt: Instant,
  decidedAt: nullable(Instant),
})
export type Certification = Static<typeof Certification>

const RequestParams = Type.Object({ orgId: Uuid, id: Uuid })

export const uploadPaper = contract({
  method: 'POST',
  path: '/orgs/:orgId/certification-papers/:item',
  summary: 'A picture of the business licence, or of the official letter with its seal (Z-06)',
  permission: 'main-elevated',
  upload: true,
  params: Type.Object({ orgId: Uuid, item: Type.Enum(paperItems) }),
  response: Paper,
  errors: ['media.too-large', 'certification.paper'],
})

export const readPaper = contract({
  method: 'GET',
  path: '/orgs/:orgId/certification-papers/:id',
  summary: 'A picture that was handed in, for the admins of the org',
  permission: 'main-elevated',
  binary: true,
  params: RequestParams,
})

export const letterTemplate = contract({
  method: 'GET',
  path: '/orgs/:orgId/certification-letter',
  summary: 'The official letter to be printed, sealed and photographed (.docx)',
  permission: 'admin',
  binary: true,
  params: OrgParams,
})

export const requestCertification = contract({
  method: 'POST',
  path: '/orgs/:orgId/certifications',
  summary: 'Ask for advanced certification',
  permission: 'main-elevated',
  params: OrgParams,
  body: Type.Object(
    {
      kind: CertificationKind,
      applicantName: Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' }),
      idNumber: Type.Optional(
        Type.String({ maxLength: 18, description: 'left out: as in the last request' }),
      ),
      registeredName: Type.String({ minLength: 2, maxLength: 100, pattern: '\\S' }),
      creditCode: Type.String({ maxLength: 30 }),
      licenceId: Uuid,
      letterId: Uuid,
    },
    closed,
  ),
  response: Certification,
  errors: ['certification.pending', 'certification.done', 'certification.item'],
})

export const getCertification = contract({
  method: 'GET',
  path: '/orgs/:orgId/certifications/latest',
  summary: 'The newest certification request of this org, and the level it holds',
  permission: 'admin',
  params: OrgParams,
  response: Type.Object({
    certification: nullable(Certification),
    holds: nullable(CertificationLevel),
  }),
})

export const withdrawCertification = contract({
  method: 'POST',
  path: '/orgs/:orgId/certifications/:id/withdrawal',
  summary: 'Take a request back that nobody has decided on',
  permission: 'main-elevated',
  params: RequestParams,
  response: Certification,
  errors: ['certification.decided'],
})

export const QueuedCertification = Type.Object({
  id: Uuid,
  orgId: Uuid,
  orgName: Type.String(),
  kind: CertificationKind,
  registeredName: Type.String(),
  creditCode: Type.String(),
  state: RequestState,
  level: nullable(CertificationLevel),
  submittedAt: Instant,
  decidedAt: nullable(Instant),
  decidedBy: nullable(Type.String()),
})
export type QueuedCertification = Static<typeof QueuedCertification>

export const listCertifications = contract({
  method: 'POST',
  path: '/operator/certifications/search',
  summary: 'Operator: requests, those that wait longest first; decided ones newest first',
  permission: 'operator',
  body: Type.Object(
    {
      ...PageQuery.properties,
      state: Type.Optional(RequestState),
      kind: Type.Optional(CertificationKind),
      search: Type.Optional(Type.String({ maxLength: 100, description: 'part of a name, or a credit code' })),
    },
    closed,
  ),
  response: Type.Object({ ...page(QueuedCertification).properties, waiting: Type.Integer() }),
})

export const readCertification = contract({
  method: 'GET',
  path: '/operator/certifications/:orgId/:id',
  summary: 'Operator: one request with what the machine knows about it',
  permission: 'operator',
  params: RequestParams,
  response: Type.Object({
    certification: Certification,
    decidedBy: nullable(Type.String()),
    /** Other orgs that were certified by the same credit code. */
    sameCodeElsewhere: Type.Integer(),
    /** Earlier requests of the same org. */
    earlier: Type.Integer(),
  }),
})

export const readCertificationPaper = contract({
  method: 'GET',
  path: '/operator/certifications/:orgId/:id/papers/:item',
  summary: 'Operator: one of its pictures',
  permission: 'operator',
  binary: true,
  params: Type.Object({ orgId: Uuid, id: Uuid, item: Type.Enum(paperItems) }),
})

export const revealIdNumber = contract({
  method: 'POST',
  path: '/operator/certifications/:orgId/:id/id-number',
  summary: 'Operator: the applicant’s ID number in full; the reason is kept',
  permission: 'operator',
  params: RequestParams,
  body: Type.Object({ reason: Type.String({ minLength: 2, maxLength: 200, pattern: '\\S' }) }, closed),
  response: Type.Object({ idNumber: Type.String() }),
})

export const decideCertification = contract({
  method: 'POST',
  path: '/operator/certifications/:orgId/:id/decision',
  summary: 'Operator: approve at a level, or return with a reason for each item',
  permission: 'operator',
  params: RequestParams,
  body: Type.Union([
    Type.Object({ approve: Type.Literal(true), level: CertificationLevel }, closed),
    Type.Object(
      { approve: Type.Literal(false), reasons: Type.Array(ReturnReason, { minItems: 1, maxItems: 7 }) },
      closed,
    ),
  ]),
  response: Done,
  errors: ['certification.decided'],
})
