import { createHash, createHmac, randomUUID } from 'node:crypto'
import { withClient } from '@kangbao/launcher/postgres.ts'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import type { FormNotice } from '@kangbao/shared/contracts/consents.ts'
import { until } from '../../drivers/http.ts'
import type { OwnStack } from '../../support/own-stack.ts'
import { workStartAnswers } from '../../demo/answers.ts'
import { seeded } from '../../demo/city.ts'

export interface SmallOrg {
  readonly orgId: string
  readonly corpId: string
  readonly adminId: string
}

type Client = Parameters<Parameters<typeof withClient>[1]>[0]

const atOnce = 8

/**
 * Orgs of one person by the hundred, written as a directory sync would have left them, with a daily form published by
 * the API, and a registration where one is asked for. Nobody of them exists at the workplace: cards are not sent.
 */
export async function makeOrgs(
  own: OwnStack,
  count: number,
  options: { readonly areRegistered?: boolean } = {},
): Promise<SmallOrg[]> {
  const orgs = await withClient(own.stack.databaseUrls.kangbao, async (client) => {
    const made: SmallOrg[] = []
    for (let n = 0; n < count; n += 1) made.push(await insertOrg(client, n))
    return made
  })
  for (let from = 0; from < orgs.length; from += atOnce)
    await Promise.all(
      orgs.slice(from, from + atOnce).map(async (org) => {
        await publish(own, org, 'zhengzhou/daily')
        if (options.areRegistered) await register(own, org, await publish(own, org, 'zhengzhou/work-start'))
      }),
    )
  // Their first cards find nobody at the workplace: what is owed of them is dropped, their schedules stay.
  await until(
    'quiet',
    () => dropCards(own),
    (due) => due === 0,
    180_000,
  )
  return orgs
}

async function dropCards(own: OwnStack): Promise<number> {
  await withClient(own.stack.databaseUrls.kangbao, (client) =>
    client.query(`delete from outbox where job in ('notifications.push', 'notifications.settle')`),
  )
  return dueNow(own)
}

async function insertOrg(client: Client, n: number): Promise<SmallOrg> {
  const [orgId, adminId] = [randomUUID(), randomUUID()]
  const corpId = `ding${orgId.replaceAll('-', '').slice(-16)}`
  const values = { org: `'${orgId}'::uuid`, admin: `'${adminId}'::uuid` }
  await client.query(`
    begin;
    insert into orgs (id, corp_id, name, created_at, reconciled_on)
      values (${values.org}, '${corpId}', '众企${n}号有限公司', now(), '2100-01-01');
    set local app.org_id = '${orgId}';
    insert into installations (org_id, app, agent_id, installed_at, changed_at)
      values (${values.org}, 'forms', '1001', now(), now());
    insert into departments (org_id, department_id, parent_id, name, path) values (${values.org}, 1, null, '全部', '{1}');
    insert into members (org_id, id, user_id, name, role, department_id, joined_at)
      values (${values.org}, ${values.admin}, 'u1', '管理员', 'main-admin', 1, now());
    insert into member_departments (org_id, member_id, department_id, valid_from)
      values (${values.org}, ${values.admin}, 1, now());
    commit`)
  return { orgId, corpId, adminId }
}

async function publish(own: OwnStack, org: SmallOrg, templateId: string): Promise<string> {
  const settings = {
    whoMayFill: 'org',
    audience: { kind: 'all' },
    sharedViewers: [],
    tellsPublisher: false,
    sendsDing: false,
    repeat: null,
    endsOn: null,
    reminders: { memberAfterMinutes: null, headsAfterMinutes: null },
  }
  const { status, text } = await callAs(own, org, {
    method: 'POST',
    path: '/forms',
    body: { templateId, settings },
  })
  if (status !== 200) throw new Error(`publish: ${status} ${text}`)
  return (JSON.parse(text) as { id: string }).id // the form
}

async function takeNote(own: OwnStack, org: SmallOrg, formId: string): Promise<void> {
  const shown = await callAs(own, org, { method: 'GET', path: `/forms/${formId}/notice` })
  const { notice } = JSON.parse(shown.text) as FormNotice // the contract's
  const body = { version: notice.version, granted: notice.purposes.map(({ id }) => id) }
  const { status, text } = await callAs(own, org, {
    method: 'PUT',
    path: `/forms/${formId}/consents`,
    body,
  })
  if (status !== 200) throw new Error(`consents: ${status} ${text}`)
}

async function register(own: OwnStack, org: SmallOrg, formId: string): Promise<void> {
  await takeNote(own, org, formId)
  const person = { name: '管理员', phone: '13800000000', department: '全部' }
  const answers = workStartAnswers(civilDayOf(own.now(), 'Asia/Shanghai'), person, seeded(1))
  const path = `/forms/${formId}/submissions/once`
  const { status, text } = await callAs(own, org, { method: 'PUT', path, body: { answers } })
  if (status !== 200) throw new Error(`register: ${status} ${text}`)
}

/** Waits until a day has been opened in every org: before that nobody is expected, and there is nothing to report. */
export async function untilOpened(own: OwnStack, orgs: readonly SmallOrg[], day: string): Promise<void> {
  await until(
    `the opening of ${day}`,
    () => withClient(own.stack.databaseUrls.kangbao, (client) => unopened(client, orgs, day)),
    (count) => count === 0,
    180_000,
  )
}

/** One by one: row security shows one org at a time, to us as well. */
async function unopened(client: Client, orgs: readonly SmallOrg[], day: string): Promise<number> {
  let count = 0
  for (const { orgId } of orgs) {
    await client.query(`select set_config('app.org_id', $1, false)`, [orgId])
    const { rowCount } = await client.query('select from form_periods where period_start = $1 limit 1', [day])
    if (rowCount === 0) count += 1
  }
  return count
}

/** Steps that are due and not taken, effects that are due and not done. */
export async function dueNow(own: OwnStack): Promise<number> {
  const now = new Date(own.now()).toISOString()
  return withClient(own.stack.databaseUrls.kangbao, async (client) => {
    const { rows } = await client.query(
      `select (select count(*) from outbox where available_at <= $1)
         + (select count(*) from due_sends where due_at <= $1) as count`,
      [now],
    )
    return Number(rows[0]?.count)
  })
}

/** Waits until nothing is due; in that moment clocks may be moved without cutting anything in two. */
export const untilQuiet = (own: OwnStack, longestMs = 180_000): Promise<number> =>
  until(
    'quiet',
    () => dueNow(own),
    (count) => count === 0,
    longestMs,
  )

/** Reports that are made and not delivered, planned deliveries included. */
export async function undelivered(own: OwnStack): Promise<number> {
  return withClient(own.stack.databaseUrls.kangbao, async (client) => {
    const { rows } = await client.query(`select count(*) as count from outbox where job like 'reports.%'`)
    return Number(rows[0]?.count)
  })
}

interface Call {
  readonly method: string
  readonly path: string
  readonly body?: object
}

/** A call of the API in the name of an org's admin. */
export async function callAs(
  own: OwnStack,
  org: SmallOrg,
  { method, path, body }: Call,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${own.urls.server}/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${tokenOf(own, org)}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    body: body ? JSON.stringify(body) : null,
  })
  return { status: response.status, text: await response.text() }
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Signed as the server signs, with the key of its environment, which names itself by a hash of the secret. */
function tokenOf(own: OwnStack, { orgId, adminId }: SmallOrg): string {
  const secret = own.stack.secrets.jwtSecret
  const exp = Math.floor(own.now() / 1000) + 600
  const kid = `env-${createHash('sha256').update(`kid ${secret}`).digest('hex').slice(0, 12)}`
  const header = base64url({ alg: 'HS256', typ: 'at+jwt', kid })
  const claims = { sub: adminId, org: orgId, role: 'main-admin', sid: randomUUID(), prf: exp }
  const body = base64url({
    ...claims,
    iss: 'kangbao',
    aud: 'kangbao-api',
    iat: exp - 600,
    nbf: exp - 600,
    exp,
  })
  return `${header}.${body}.${createHmac('sha256', secret).update(`${header}.${body}`).digest('base64url')}`
}
