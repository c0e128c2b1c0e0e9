import { sql } from 'drizzle-orm'
import type { Me, MyOrg, Person, Role, Session, SmsPurpose } from '../../contracts/accounts.ts'
import type { OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError, found } from '../errors.ts'
import { notifyPersons } from '../events/notify.ts'
import { isOperator } from '../http/access.ts'
import type { Ctx, SessionCtx } from '../http/context.ts'
import { emitMembers } from '../pushes/emit.ts'
import { countUnread } from '../messages/unread.ts'
import { untold } from './my-sessions.ts'
import { phoneOrRefuse } from './phone.ts'
import { openSession, personView, type PersonRow } from './sessions.ts'
import { sendCode, useCode } from './sms-codes.ts'

export const requestCode = (ctx: Ctx, given: { phone: string; purpose?: SmsPurpose }) =>
  sendCode(ctx, phoneOrRefuse(given.phone), given.purpose)

export interface SignIn {
  phone: string
  code: string
  name?: string
  acceptTerms?: boolean
}

/** Signs in, or up: a person known from an import only is registered by the first sign-in. */
export async function signIn(ctx: Ctx, given: SignIn): Promise<Session> {
  const { deps, now } = ctx
  const phone = phoneOrRefuse(given.phone)
  const known = await deps.db.one<PersonRow & { registered_at: Date | null }>(
    sql`select id, name, phone, avatar, registered_at from persons where phone = ${phone}`,
  )
  const isNewPerson = !known?.registered_at
  // Asked before the code is used up, so that the person can tick the box and send the same code again.
  if (isNewPerson && given.acceptTerms !== true) throw new AppError('terms.required')
  await useCode(ctx, phone, given.code)
  const session = await deps.db.transaction(async (tx) => {
    const name = given.name?.trim() ?? known?.name ?? `用户${phone.slice(-4)}`
    const person = await tx.one<PersonRow>(sql`
      insert into persons (id, phone, name, registered_at, created_at)
      values (${uuidv7()}, ${phone}, ${name}, ${now}, ${now})
      on conflict (phone) do update set registered_at = coalesce(persons.registered_at, excluded.registered_at)
      returning id, name, phone, avatar`)
    return openSession(ctx, tx, found(person), { method: 'code', isNewPerson })
  })
  if (isNewPerson) await tellActive(ctx, session.person.id)
  return session
}

/** Orgs that imported the person before now have an active member. */
async function tellActive({ deps }: Ctx, personId: string): Promise<void> {
  for (const { orgId, userid } of await listMemberships(deps.db, personId))
    await deps.db.withOrg(orgId, (scope) =>
      emitMembers(scope, deps, { userids: [userid], action: 'user_active_org' }),
    )
}

export async function signOut({ deps, sessionId }: SessionCtx): Promise<{ done: true }> {
  await deps.db.run(sql`delete from sessions where id = ${sessionId}`)
  return { done: true }
}

export async function rename({ deps, personId }: SessionCtx, name: string): Promise<Person> {
  const person = await deps.db.one<PersonRow>(
    sql`update persons set name = ${name.trim()} where id = ${personId} returning id, name, phone, avatar`,
  )
  await notifyPersons(deps.db, [personId], { type: 'account' })
  return personView(found(person))
}

export async function me(ctx: SessionCtx): Promise<Me> {
  const { deps, personId } = ctx
  const person = found(
    await deps.db.one<PersonRow & { has_password: boolean }>(sql`
      select id, name, phone, avatar,
        exists (select 1 from person_passwords w where w.person_id = p.id) as has_password
      from persons p where id = ${personId}`),
  )
  return {
    person: personView(person),
    orgs: await myOrgs(ctx),
    isOperator: isOperator(deps, ctx.request),
    hasPassword: person.has_password,
    newSignIns: await untold(ctx),
  }
}

/** The orgs a person is in, each looked into within its own scope. */
const myOrgs = (ctx: SessionCtx): Promise<MyOrg[]> =>
  inEachOrg(ctx, async (scope, { orgId, corpId, name, userid }) => {
    const row = await scope.one<{ role: Role }>(
      sql`select role from members where org_id = ${orgId} and userid = ${userid}`,
    )
    return {
      orgId,
      corpId,
      name,
      userid,
      role: row?.role ?? 'none',
      unread: await countUnread(scope, userid),
    }
  })

export interface Membership {
  orgId: string
  corpId: string
  name: string
  userid: string
}

export const listMemberships = (
  db: { rows: Ctx['deps']['db']['rows'] },
  personId: string,
): Promise<Membership[]> =>
  db.rows<Membership>(sql`
    select o.id as "orgId", o.corp_id as "corpId", o.name, p.userid
    from person_orgs p join orgs o on o.id = p.org_id
    where p.person_id = ${personId} order by p.joined_at, o.id`)

/** What every org of a person says, each asked within its own scope, in the order he joined them. */
export async function inEachOrg<T>(
  { deps, personId }: SessionCtx,
  ask: (scope: OrgScope, membership: Membership) => Promise<T>,
  only?: string,
): Promise<T[]> {
  const memberships = await listMemberships(deps.db, personId)
  return Promise.all(
    memberships
      .filter(({ orgId }) => !only || orgId === only)
      .map((membership) => deps.db.withOrg(membership.orgId, (scope) => ask(scope, membership))),
  )
}
