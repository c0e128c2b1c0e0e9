import { sql, type SQL } from 'drizzle-orm'
import type { OwnInvitation, OwnInvitationState } from '../../contracts/team-invitations.ts'
import { enterOrg, type OrgScope } from '../db/database.ts'
import { enrol } from '../directory/enrol.ts'
import { AppError, found } from '../errors.ts'
import { notifyOrg, notifyPersons } from '../events/notify.ts'
import type { SessionCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import { stateOf, type StoredState } from './team-invitations.ts'

interface Person {
  id: string
  name: string
  phone: string
}

const personOf = async ({ deps, personId }: SessionCtx): Promise<Person> =>
  found(await deps.db.one<Person>(sql`select id, name, phone from persons where id = ${personId}`))

/** What sign-up calls somebody who gave no name. */
const isNamed = ({ name, phone }: Person) => name !== `用户${phone.slice(-4)}`

interface Row {
  id: string
  name: string
  state: StoredState
  org_name: string
  inviter_name: string | null
  is_member: boolean
  is_dissolved: boolean
  invited_at: Date
  expires_at: Date
}

const rowIn = (scope: OrgScope, person: Person, id: string, rest: SQL = sql``): Promise<Row | null> =>
  scope.one<Row>(sql`
    select i.id, i.name, i.state, o.name as org_name, o.dissolved_at is not null as is_dissolved, m.name as inviter_name, i.invited_at, i.expires_at,
      exists (select 1 from members x where x.org_id = i.org_id and x.person_id = ${person.id}) as is_member
    from team_invitations i join orgs o on o.id = i.org_id
    left join members m on m.org_id = i.org_id and m.userid = i.invited_by
    where i.org_id = ${scope.orgId} and i.id = ${id} and i.phone = ${person.phone} ${rest}`)

const ownStateOf = (row: Row, now: Date): OwnInvitationState =>
  row.is_dissolved ? 'dissolved' : stateOf(row.state, row.expires_at, now)

const view = (orgId: string, row: Row, now: Date): OwnInvitation => ({
  orgId,
  invitationId: row.id,
  orgName: row.org_name,
  inviterName: row.inviter_name ?? '',
  state: ownStateOf(row, now),
  isMember: row.is_member,
  invitedAt: row.invited_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
})

/** To the phone the person has now: with another one go the invitations to it. */
export async function list(ctx: SessionCtx, query: { cursor?: string; limit?: number }) {
  const { deps, now } = ctx
  const person = await personOf(ctx)
  const limit = Math.min(query.limit ?? 20, 50)
  const before = readCursor(query.cursor, 2)
  const places = await deps.db.rows<{ org_id: string; invitation_id: string; invited_at: Date }>(sql`
    select org_id, invitation_id, invited_at from invited_phones where phone = ${person.phone}
      ${before ? sql`and (invited_at, invitation_id) < (${before[0]}::timestamptz, ${before[1]}::uuid)` : sql``}
    order by invited_at desc, invitation_id desc limit ${limit + 1}`)
  const { items, next } = toPage(places, limit, {
    item: (place) => place,
    key: (place) => [place.invited_at.toISOString(), place.invitation_id],
  })
  const shown = await deps.db.transaction(async (tx) => {
    const own: OwnInvitation[] = []
    for (const { org_id, invitation_id } of items) {
      const row = await rowIn(await enterOrg(tx, org_id), person, invitation_id)
      if (row) own.push(view(org_id, row, now))
    }
    return own
  })
  return { items: shown, next }
}

/** Once: of two taps, or two devices, the second is told what the first did. */
export async function answer(
  ctx: SessionCtx,
  orgId: string,
  given: { invitationId: string; accept: boolean },
): Promise<OwnInvitation> {
  const { deps, now } = ctx
  const { invitationId: id, accept } = given
  const person = await personOf(ctx)
  return deps.db.withOrg(orgId, async (scope) => {
    const row = found(await rowIn(scope, person, id, sql`for update of i`))
    const state = ownStateOf(row, now)
    if (state === 'dissolved') throw new AppError('org.dissolved')
    if (state === 'expired') throw new AppError('invitation.expired')
    if (state === 'revoked') throw new AppError('invitation.revoked')
    if (state !== 'waiting') throw new AppError('invitation.decided')
    await scope.run(sql`
      update team_invitations set state = ${accept ? 'accepted' : 'declined'}, decided_at = ${now}
      where org_id = ${orgId} and id = ${id}`)
    // Came in by another way meanwhile: the invitation is settled, and nobody is in it twice.
    if (accept && !row.is_member)
      await enrol(scope, deps, {
        name: isNamed(person) ? person.name : row.name || person.name,
        phone: person.phone,
        departments: [{ deptId: 1 }],
      })
    await notifyPersons(scope, [person.id], { type: 'orgs', orgId })
    await notifyPersons(scope, [person.id], { type: 'invitations' })
    await notifyOrg(scope, { type: 'directory', orgId }, 'admins')
    await notifyOrg(scope, { type: 'invitations' }, 'admins')
    return view(orgId, found(await rowIn(scope, person, id)), now)
  })
}
