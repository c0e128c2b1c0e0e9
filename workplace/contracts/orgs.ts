import { Type, type Static } from 'typebox'
import { PersonName, Role } from './accounts.ts'
import {
  closed,
  DeptId,
  Done,
  Instant,
  nullable,
  OrgParams,
  page,
  PageQuery,
  Phone,
  UserId,
  Uuid,
} from './basics.ts'
import { contract } from './contract.ts'
import { longestPasswordField } from './passwords.ts'

export const sizeBands = ['1-49', '50-99', '100-499', '500-999', '1000-9999', '10000+'] as const
export const SizeBand = Type.Enum(sizeBands)

export const CertificationState = Type.Union([
  Type.Literal('none'),
  Type.Literal('submitted'),
  Type.Literal('approved'),
  Type.Literal('returned'),
])
export type CertificationState = Static<typeof CertificationState>

export const Org = Type.Object({
  orgId: Uuid,
  corpId: Type.String(),
  name: Type.String(),
  industry: Type.String(),
  location: Type.String(),
  sizeBand: Type.String(),
  memberCount: Type.Integer(),
  memberLimit: Type.Integer(),
  joinNeedsApproval: Type.Boolean(),
  certification: CertificationState,
  role: Role,
  userid: UserId,
  createdAt: Instant,
})
export type Org = Static<typeof Org>

export const createOrg = contract({
  method: 'POST',
  path: '/orgs',
  summary: 'Register a team; the caller becomes its main admin (Z-01)',
  permission: 'session',
  body: Type.Object(
    {
      name: Type.String({ minLength: 2, maxLength: 100, description: 'full name' }),
      industry: Type.String({ minLength: 1, maxLength: 60 }),
      location: Type.String({ minLength: 1, maxLength: 100 }),
      sizeBand: SizeBand,
      acceptTerms: Type.Boolean(),
    },
    closed,
  ),
  response: Org,
  errors: ['terms.required'],
})

export const getOrg = contract({
  method: 'GET',
  path: '/orgs/:orgId',
  summary: 'An org of mine',
  permission: 'member',
  params: OrgParams,
  response: Org,
})

export const getHelpContact = contract({
  method: 'GET',
  path: '/orgs/:orgId/help-contact',
  summary: 'The service line, for orgs that are large enough for one (Z-11)',
  permission: 'member',
  params: OrgParams,
  response: Type.Object({ contact: nullable(Type.String()), fromPeople: Type.Integer() }),
})

export const changeOrgSettings = contract({
  method: 'PATCH',
  path: '/orgs/:orgId',
  summary: 'Change how people join',
  permission: 'main-elevated',
  params: OrgParams,
  body: Type.Object({ joinNeedsApproval: Type.Boolean() }, closed),
  response: Org,
})

/** An invitation lives for so many days (S-83). */
export const inviteDays = 7

export const Invite = Type.Object({
  state: Type.Union([Type.Literal('open'), Type.Literal('expired'), Type.Literal('revoked')]),
  /** Empty, as link and picture are, unless it is open. */
  code: Type.String(),
  link: Type.String(),
  qrSvg: Type.String(),
  expiresAt: nullable(Instant),
})
export type Invite = Static<typeof Invite>

export const getInvite = contract({
  method: 'GET',
  path: '/orgs/:orgId/invite',
  summary: 'The org’s join code, link and QR, and until when they are good',
  permission: 'member',
  params: OrgParams,
  response: Invite,
})

export const renewInvite = contract({
  method: 'POST',
  path: '/orgs/:orgId/invite/renewal',
  summary: 'A new join code for seven days; the one before is dead at once',
  permission: 'main-elevated',
  params: OrgParams,
  response: Invite,
})

export const revokeInvite = contract({
  method: 'DELETE',
  path: '/orgs/:orgId/invite',
  summary: 'Take the invitation back: nobody joins by it until it is renewed',
  permission: 'main-elevated',
  params: OrgParams,
  response: Invite,
})

export const getInvitePicture = contract({
  method: 'GET',
  path: '/join-codes/:code/qr.png',
  summary: 'The join QR as a PNG to save or send',
  permission: 'public',
  params: Type.Object({ code: Type.String({ maxLength: 40 }) }),
  binary: true,
})

const JoinParams = Type.Object({ code: Type.String({ minLength: 4, maxLength: 40 }) })

export const getJoinPage = contract({
  method: 'GET',
  path: '/join-codes/:code',
  summary: 'What an invited person sees before joining (Z-02)',
  permission: 'public',
  params: JoinParams,
  response: Type.Object({
    orgName: Type.String(),
    memberCount: Type.Integer(),
    needsApproval: Type.Boolean(),
  }),
  errors: ['join.closed', 'join.expired', 'org.dissolved'],
})

export const joinOrg = contract({
  method: 'POST',
  path: '/join-codes/:code',
  summary: 'Join at once, or ask to (org setting)',
  permission: 'session',
  params: JoinParams,
  body: Type.Object(
    {
      name: Type.Optional(PersonName),
      note: Type.Optional(Type.String({ maxLength: 200 })),
    },
    closed,
  ),
  response: Type.Object({
    state: Type.Union([Type.Literal('joined'), Type.Literal('waiting'), Type.Literal('already-member')]),
    orgId: Uuid,
    orgName: Type.String(),
  }),
  errors: ['join.closed', 'join.expired', 'join.waiting', 'org.full', 'org.dissolved'],
})

export const JoinRequestState = Type.Enum(['waiting', 'approved', 'rejected', 'withdrawn'])
export type JoinRequestState = Static<typeof JoinRequestState>

export const getOwnPlace = contract({
  method: 'GET',
  path: '/join-codes/:code/mine',
  summary: 'How I stand with the org of a join code: in it already, waiting, or neither',
  permission: 'session',
  params: JoinParams,
  response: Type.Object({
    state: Type.Enum(['member', 'waiting', 'none']),
    orgId: Uuid,
    requestId: nullable(Uuid),
  }),
  errors: ['join.closed', 'join.expired', 'org.dissolved'],
})

/** One nobody will decide any more: the team was dissolved. */
export const OwnJoinRequestState = Type.Union([JoinRequestState, Type.Literal('dissolved')])
export type OwnJoinRequestState = Static<typeof OwnJoinRequestState>

/** A request of mine: waiting, or decided within the last thirty days. */
export const OwnJoinRequest = Type.Object({
  requestId: Uuid,
  orgId: Uuid,
  orgName: Type.String(),
  state: OwnJoinRequestState,
  askedAt: Instant,
  isNews: Type.Boolean({ description: 'decided, and I was not told yet' }),
})
export type OwnJoinRequest = Static<typeof OwnJoinRequest>

export const listOwnJoinRequests = contract({
  method: 'GET',
  path: '/me/join-requests',
  summary: 'Where I asked to join (20 at most), newest first',
  permission: 'session',
  response: Type.Object({ items: Type.Array(OwnJoinRequest) }),
})

export const seeJoinDecisions = contract({
  method: 'POST',
  path: '/me/join-requests/seen',
  summary: 'I was told of the decisions',
  permission: 'session',
  response: Done,
})

const OwnRequestParams = Type.Object({ orgId: Uuid, requestId: Uuid })

export const withdrawJoinRequest = contract({
  method: 'DELETE',
  path: '/me/join-requests/:orgId/:requestId',
  summary: 'Take a waiting request back',
  permission: 'session',
  params: OwnRequestParams,
  response: Done,
  errors: ['join.decided', 'org.dissolved'],
})

export const leaveOrg = contract({
  method: 'DELETE',
  path: '/orgs/:orgId/membership',
  summary: 'Leave the org; the last main admin cannot',
  permission: 'member',
  params: OrgParams,
  response: Done,
  errors: ['member.last-admin'],
})

export const JoinRequest = Type.Object({
  id: Uuid,
  name: Type.String(),
  phone: Phone,
  note: Type.String(),
  state: JoinRequestState,
  askedAt: Instant,
})
export type JoinRequest = Static<typeof JoinRequest>

export const listJoinRequests = contract({
  method: 'GET',
  path: '/orgs/:orgId/join-requests',
  summary: 'Requests to join, newest first',
  permission: 'admin',
  params: OrgParams,
  query: PageQuery,
  response: page(JoinRequest),
})

export const decideJoinRequest = contract({
  method: 'POST',
  path: '/orgs/:orgId/join-requests/:requestId/decision',
  summary: 'Approve or reject a request to join',
  permission: 'admin',
  params: Type.Object({ orgId: Uuid, requestId: Uuid }),
  body: Type.Object({ approve: Type.Boolean(), deptId: Type.Optional(DeptId) }, closed),
  response: JoinRequest,
  errors: ['join.decided', 'org.full'],
})

export const AdminAccess = Type.Object({
  hasPassword: Type.Boolean(),
  elevatedUntil: nullable(Instant),
  passwordRule: Type.Enum(['standard', 'manual'], { description: 'what a new password must be (S-20)' }),
})
export type AdminAccess = Static<typeof AdminAccess>

export const getAdminAccess = contract({
  method: 'GET',
  path: '/orgs/:orgId/admin-access',
  summary: 'Whether I have set an admin password, and until when admin acts are open (Z-03)',
  permission: 'admin',
  params: OrgParams,
  response: AdminAccess,
})

const Password = Type.String({ minLength: 1, maxLength: longestPasswordField })

export const setAdminPassword = contract({
  method: 'PUT',
  path: '/orgs/:orgId/admin-access/password',
  summary: 'Set the admin password the first time, or change it; opens admin acts',
  permission: 'admin',
  params: OrgParams,
  body: Type.Object(
    { password: Password, current: Type.Optional({ ...Password, description: 'to change it' }) },
    closed,
  ),
  response: AdminAccess,
  errors: [
    'admin.password-short',
    'admin.password-long',
    'admin.password-weak',
    'admin.password-common',
    'admin.password-set',
    'admin.password-wrong',
    'admin.sign-in-old',
    'rate.limited',
  ],
})

export const elevate = contract({
  method: 'POST',
  path: '/orgs/:orgId/admin-access/elevation',
  summary: 'Give the admin password; admin acts are open for 30 minutes',
  permission: 'admin',
  params: OrgParams,
  body: Type.Object({ password: Password }, closed),
  response: AdminAccess,
  errors: [
    'admin.password-wrong',
    'admin.password-unset',
    'admin.password-outdated',
    'admin.sign-in-old',
    'rate.limited',
  ],
})

export const Admin = Type.Object({
  userid: UserId,
  name: Type.String(),
  role: Role,
  /** What a sub-admin holds: these, and everything below them. */
  departments: Type.Array(Type.Object({ deptId: DeptId, name: Type.String() })),
})
export type Admin = Static<typeof Admin>

export const listAdmins = contract({
  method: 'GET',
  path: '/orgs/:orgId/admins',
  summary: 'Main admins and sub-admins with their departments',
  permission: 'member',
  params: OrgParams,
  response: Type.Object({ items: Type.Array(Admin) }),
})

export const setMemberRole = contract({
  method: 'PUT',
  path: '/orgs/:orgId/members/:userid/role',
  summary: 'Make a member main admin, sub-admin of departments, or neither (Z-07)',
  permission: 'main-elevated',
  params: Type.Object({ orgId: Uuid, userid: UserId }),
  body: Type.Object({ role: Role, deptIds: Type.Optional(Type.Array(DeptId, { maxItems: 200 })) }, closed),
  response: Admin,
  errors: ['member.last-admin', 'permission.denied'],
})
