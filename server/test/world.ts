import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Contract, InputOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { noticePurpose } from '@kangbao/shared/consents/notice.ts'
import { publishForm, type Form, type FormSettings } from '@kangbao/shared/contracts/forms.ts'
import { urlOf } from '@kangbao/shared/contracts/client.ts'
import type { Role } from '@kangbao/shared/contracts/permissions.ts'
import { programmes } from '@kangbao/shared/programmes/catalogue.ts'
import type { Problem } from '@kangbao/shared/errors/problem.ts'
import type { OrgScope } from '../src/db/database.ts'
import { newId } from '../src/db/ids.ts'
import { apiPrefix } from '../src/http/route.ts'
import { asRecord } from './call.ts'
import { scanReply } from './response-scan.ts'
import type { TestServer } from './server.ts'

export interface Reply<C> {
  readonly status: number
  readonly body: ResponseOf<C>
  /** The same body read as a problem: meaningful when the status is 400 or above. */
  readonly problem: Problem
}

export interface Person {
  readonly memberId: string
  readonly userId: string
  readonly name: string
  readonly token: string
  inject<C extends Contract>(
    contract: C,
    ...[input]: object extends InputOf<C> ? [input?: InputOf<C>] : [input: InputOf<C>]
  ): Promise<Reply<C>>
}

export interface World {
  readonly orgId: string
  readonly corpId: string
  /** Main admin, in the root department. */
  readonly admin: Person
  /** First member of department 2 (生产部). */
  readonly member: Person
  /** Every member but the admin. Department 2 holds the first half, department 3 (行政部) the rest. */
  readonly members: readonly Person[]
  /** Publishes a template as the admin; by default to everyone, daily at 17:00, without DING. */
  publish(templateId: string, settings?: Partial<FormSettings>): Promise<Form>
  /** The same person with a token of another role. */
  as(person: Person, role: Role): Person
}

/** Settings a test starts from. */
export const plainSettings: FormSettings = {
  whoMayFill: 'org',
  audience: { kind: 'all' },
  sharedViewers: [],
  tellsPublisher: false,
  sendsDing: false,
  repeat: { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '17:00' },
  endsOn: null,
  reminders: { memberAfterMinutes: null, headsAfterMinutes: null },
}

/** An org of its own for one test: departments 1 > 2, 3, an admin and `members` people (default 4). */
export async function newWorld(
  server: TestServer,
  options: {
    members?: number
    /** Everybody has read the notices and ticked all; by default so. */ hasConsented?: boolean
  } = {},
): Promise<World> {
  const { deps } = server
  const orgId = newId()
  const corpId = `ding${randomBytes(8).toString('hex')}`
  const count = options.members ?? 4
  const now = new Date(deps.clock.now()).toISOString()
  await deps.database.inSystem(({ tx }) =>
    tx.execute(
      sql`insert into orgs (id, corp_id, name, created_at) values (${orgId}, ${corpId}, '测试企业', ${now})`,
    ),
  )
  const people = [
    { id: newId(), userId: 'admin', name: '管理员甲', role: 'main-admin' as Role, department: 1 },
    ...Array.from({ length: count }, (_, i) => ({
      id: newId(),
      userId: `user${i + 1}`,
      name: `员工${i + 1}`,
      role: 'member' as Role,
      department: i < Math.ceil(count / 2) ? 2 : 3,
    })),
  ]
  await deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    for (const app of ['forms', 'employment-report', 'health-report']) {
      await tx.execute(sql`
        insert into installations (org_id, app, agent_id, installed_at, changed_at)
        values (${orgId}, ${app}, '1001', ${now}, ${now})`)
    }
    await tx.execute(sql`
      insert into departments (org_id, department_id, parent_id, name, path) values
        (${orgId}, 1, null, '测试企业', '{1}'), (${orgId}, 2, 1, '生产部', '{1,2}'), (${orgId}, 3, 1, '行政部', '{1,3}')`)
    for (const { id, userId, name, role, department } of people) {
      await tx.execute(sql`
        insert into members (org_id, id, user_id, name, role, department_id, joined_at)
        values (${orgId}, ${id}, ${userId}, ${name}, ${role}, ${department}, ${now})`)
      await tx.execute(sql`
        insert into member_departments (org_id, member_id, department_id, valid_from)
        values (${orgId}, ${id}, ${department}, ${now})`)
    }
    if (options.hasConsented ?? true)
      await consentAll(
        tx,
        orgId,
        people.map(({ id }) => id),
        now,
      )
  })
  const persons = people.map((person) => asPerson(server, orgId, person))
  const [admin, ...members] = persons
  if (!admin || !members[0]) throw new Error('a world needs people')
  const publisher = admin
  const as = (person: Person, role: Role) => asPerson(server, orgId, { ...person, id: person.memberId, role })
  async function publish(templateId: string, settings: Partial<FormSettings> = {}): Promise<Form> {
    const body = { templateId, settings: { ...plainSettings, ...settings } }
    const reply = await publisher.inject(publishForm, { body })
    if (reply.status !== 200) throw new Error(`not published: ${reply.problem.code}`)
    return reply.body
  }
  return { orgId, corpId, admin, member: members[0], members, publish, as }
}

/** What people have decided who read every notice and ticked everything. */
async function consentAll(
  tx: OrgScope['tx'],
  orgId: string,
  memberIds: readonly string[],
  now: string,
): Promise<void> {
  for (const { notices } of programmes)
    for (const [subject, { version, purposes }] of Object.entries(notices))
      for (const purpose of [noticePurpose, ...purposes.map(({ id }) => id)])
        await tx.execute(sql`
          insert into consents (org_id, member_id, id, subject, purpose, version, decision, decided_at)
          select ${orgId}::uuid, member_id,
            ('00000000-0000-7000-8000-' || left(md5(member_id::text || ${subject} || ${purpose}), 12))::uuid,
            ${subject}, ${purpose}, ${version}::int, 'given', ${now}::timestamptz
          from unnest(${sql.param([...memberIds])}::uuid[]) as member_id`)
}

function asPerson(
  server: TestServer,
  orgId: string,
  { id, userId, name, role }: { id: string; userId: string; name: string; role: Role },
): Person {
  const token = signToken(server, { sub: id, org: orgId, role })
  return {
    memberId: id,
    userId,
    name,
    token,
    async inject(contract, ...[input]) {
      const parts: { params?: unknown; query?: unknown; body?: unknown } = input ?? {}
      const response = await server.app.inject({
        method: contract.method,
        url: urlOf(apiPrefix, contract.path, asRecord(parts.params), asRecord(parts.query)),
        headers: { authorization: `Bearer ${token}` },
        ...(parts.body === undefined ? {} : { payload: asRecord(parts.body) ?? {} }),
      })
      const isJson = String(response.headers['content-type']).includes('json')
      if (isJson) scanReply(contract, response.body)
      const body = isJson ? response.json() : response.rawPayload
      return { status: response.statusCode, body, problem: body }
    },
  }
}

/**
 * A bearer token as the server would sign it, good for a month of the server's time wherever its clock is moved, with a
 * second proof unless told otherwise.
 */
export function signToken(
  server: TestServer,
  claims: { readonly sub: string; readonly org?: string; readonly role: Role; readonly guest?: true },
  { isProved = true }: { isProved?: boolean } = {},
): string {
  const exp = Math.floor(server.deps.clock.now() / 1000) + 30 * 86_400
  return server.deps.guard.sign({
    ...claims,
    sid: newId(),
    iat: 1,
    nbf: 1,
    exp,
    ...(isProved ? { prf: exp } : {}),
  })
}
