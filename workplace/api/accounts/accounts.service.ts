import { sql } from 'drizzle-orm'
import type { Me, MyOrg, Person, Role, Session } from '../../contracts/accounts.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError, found } from '../errors.ts'
import { isOperator } from '../http/access.ts'
import type { Ctx, SessionCtx } from '../http/context.ts'
import { emitMembers } from '../pushes/emit.ts'
import { countUnread } from '../messages/unread.ts'
import { parsePhone } from './phone.ts'
import { openSession, personView, type PersonRow } from './sessions.ts'
import { sendCode, useCode } from './sms-codes.ts'

export const phoneOrRefuse = (text: string): string => {
  const phone = parsePhone(text)
  if (!phone) throw new AppError('member.phone-invalid')
  return phone
}

export const requestCode = (ctx: Ctx, phone: string) => sendCode(ctx, phoneOrRefuse(phone))

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
    const name = given.name ?? known?.name ?? `用户${phone.slice(-4)}`
    const person = await tx.one<PersonRow>(sql`
      insert into persons (id, phone, name, registered_at, created_at)
      values (${uuidv7()}, ${phone}, ${name}, ${now}, ${now})
      on conflict (phone) do update set registered_at = coalesce(persons.registered_at, excluded.registered_at)
      returning id, name, phone, avatar`)
    return openSession(tx, found(person), { now, isNewPerson })
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
    sql`update persons set name = ${name} where id = ${personId} returning id, name, phone, avatar`,
  )
  return personView(found(person))
}

export async function me(ctx: SessionCtx): Promise<Me> {
  const { deps, personId } = ctx
  const person = await deps.db.one<PersonRow>(
    sql`select id, name, phone, avatar from persons where id = ${personId}`,
  )
  return {
    person: personView(found(person)),
    orgs: await myOrgs(ctx),
    isOperator: isOperator(deps, ctx.request),
  }
}

/** The orgs a person is in, each looked into within its own scope. */
async function myOrgs({ deps, personId }: SessionCtx): Promise<MyOrg[]> {
  const memberships = await listMemberships(deps.db, personId)
  return Promise.all(
    memberships.map(({ orgId, corpId, name, userid }) =>
      deps.db.withOrg(orgId, async (scope) => {
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
      }),
    ),
  )
}

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
