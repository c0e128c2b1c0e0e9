import { Type, type Static } from 'typebox'
import { closed, Instant, nullable, page, PageQuery, Uuid } from './basics.ts'
import { CertificationLevel } from './certification.ts'
import { contract } from './contract.ts'
import { CertificationState } from './orgs.ts'

export const OverviewOrg = Type.Object({
  orgId: Uuid,
  corpId: Type.String(),
  name: Type.String(),
  location: Type.String(),
  people: Type.Integer(),
  certification: CertificationState,
  level: nullable(CertificationLevel),
  createdAt: Instant,
  dissolvedAt: nullable(Instant),
})
export type OverviewOrg = Static<typeof OverviewOrg>

export const listOrgs = contract({
  method: 'POST',
  path: '/operator/orgs/search',
  summary: 'Operator: the orgs of this workplace, newest first',
  permission: 'operator',
  body: Type.Object(
    {
      ...PageQuery.properties,
      certification: Type.Optional(CertificationState),
      search: Type.Optional(Type.String({ maxLength: 100, description: 'part of the name, or the CorpId' })),
    },
    closed,
  ),
  response: Type.Object({ ...page(OverviewOrg).properties, total: Type.Integer() }),
})
