import { Type, type Static } from 'typebox'
import { closed, Done, Instant, nullable, OrgParams, page, PageQuery, Phone, Uuid } from './basics.ts'
import { contract } from './contract.ts'

/** How long an invitation may be answered. */
export const teamInvitationDays = 14
/** Of one call. */
export const mostInvited = 500

export const TeamInvitationState = Type.Enum(['waiting', 'accepted', 'declined', 'revoked', 'expired'])
export type TeamInvitationState = Static<typeof TeamInvitationState>

/** Somebody found in what was pasted, or in a sheet, and why he cannot be invited. */
export const Invitee = Type.Object({
  phone: Type.String(),
  name: Type.String(),
  problem: nullable(Type.Enum(['phone', 'twice', 'member', 'waiting'])),
})
export type Invitee = Static<typeof Invitee>
const Invitees = Type.Object({ items: Type.Array(Invitee), isCut: Type.Boolean() })

export const readInvitees = contract({
  method: 'POST',
  path: '/orgs/:orgId/team-invitations/preview',
  summary: 'Phones and names in a pasted list, one a line in any order of columns; nothing is sent',
  permission: 'elevated',
  params: OrgParams,
  body: Type.Object({ text: Type.String({ minLength: 1, maxLength: 50_000 }) }, closed),
  response: Invitees,
})

export const readInviteeSheet = contract({
  method: 'POST',
  path: '/orgs/:orgId/team-invitations/preview-sheet',
  summary: 'The same of a workbook (multipart part `file`)',
  permission: 'elevated',
  params: OrgParams,
  upload: true,
  response: Invitees,
  errors: ['import.too-large', 'import.unreadable', 'import.not-workbook'],
})

export const inviteToTeam = contract({
  method: 'POST',
  path: '/orgs/:orgId/team-invitations',
  summary:
    'Invite people by phone; they are told by SMS and in the client. Members and those who wait are left out',
  permission: 'elevated',
  params: OrgParams,
  body: Type.Object(
    {
      people: Type.Array(
        Type.Object({ phone: Phone, name: Type.Optional(Type.String({ maxLength: 80 })) }, closed),
        { minItems: 1, maxItems: mostInvited },
      ),
    },
    closed,
  ),
  response: Type.Object({ invited: Type.Integer(), leftOut: Type.Integer() }),
  errors: ['member.phone-invalid'],
})

export const SentInvitation = Type.Object({
  id: Uuid,
  phone: Type.String({ description: 'masked' }),
  name: Type.String(),
  state: TeamInvitationState,
  invitedAt: Instant,
  expiresAt: Instant,
})
export type SentInvitation = Static<typeof SentInvitation>

export const listSentInvitations = contract({
  method: 'GET',
  path: '/orgs/:orgId/team-invitations',
  summary: 'Invitations of this org, latest first',
  permission: 'admin',
  params: OrgParams,
  query: PageQuery,
  response: page(SentInvitation),
})

export const revokeTeamInvitation = contract({
  method: 'DELETE',
  path: '/orgs/:orgId/team-invitations/:invitationId',
  summary: 'Take one back that has not been answered',
  permission: 'elevated',
  params: Type.Object({ orgId: Uuid, invitationId: Uuid }),
  response: Done,
  errors: ['invitation.decided', 'resource.missing'],
})

/** One of a team that is gone cannot be answered any more. */
export const OwnInvitationState = Type.Union([TeamInvitationState, Type.Literal('dissolved')])
export type OwnInvitationState = Static<typeof OwnInvitationState>

export const OwnInvitation = Type.Object({
  orgId: Uuid,
  invitationId: Uuid,
  orgName: Type.String(),
  inviterName: Type.String(),
  state: OwnInvitationState,
  isMember: Type.Boolean({ description: 'in the org already, by whatever way' }),
  invitedAt: Instant,
  expiresAt: Instant,
})
export type OwnInvitation = Static<typeof OwnInvitation>

export const listOwnInvitations = contract({
  method: 'GET',
  path: '/me/team-invitations',
  summary: 'Invitations to my phone, latest first: those that wait, and what became of the others',
  permission: 'session',
  query: PageQuery,
  response: page(OwnInvitation),
})

export const answerInvitation = contract({
  method: 'POST',
  path: '/me/team-invitations/:orgId/:invitationId/answer',
  summary: 'Join, or decline; once',
  permission: 'session',
  params: Type.Object({ orgId: Uuid, invitationId: Uuid }),
  body: Type.Object({ accept: Type.Boolean() }, closed),
  response: OwnInvitation,
  errors: [
    'invitation.expired',
    'invitation.revoked',
    'invitation.decided',
    'org.dissolved',
    'org.full',
    'resource.missing',
  ],
})
