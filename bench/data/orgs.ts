import type pg from 'pg'
import { v7 } from 'uuid'
import { noticePurpose } from '@kangbao/shared/consents/notice.ts'
import { programmes } from '@kangbao/shared/programmes/catalogue.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { Bench, Subject } from '../bench.ts'

export interface BenchMember {
  readonly orgId: string
  readonly memberId: string
  readonly token: string
}

export interface BenchOrg {
  readonly orgId: string
  readonly corpId: string
  readonly adminToken: string
  readonly members: readonly BenchMember[]
}

export const everyone: FormSettings = {
  whoMayFill: 'org',
  audience: { kind: 'all' },
  sharedViewers: [],
  tellsPublisher: false,
  sendsDing: false,
  repeat: null,
  endsOn: null,
  reminders: { memberAfterMinutes: null, headsAfterMinutes: null },
}

/** An org with its people, in departments of fifty, as a directory sync would have left them. */
export async function makeOrg(bench: Bench, size: number): Promise<BenchOrg> {
  const orgId = v7()
  const corpId = `ding${orgId.replaceAll('-', '').slice(-16)}`
  const ids = Array.from({ length: size }, () => v7())
  const client = await bench.pool.connect()
  try {
    await client.query('begin')
    await client.query('insert into orgs (id, corp_id, name, created_at) values ($1, $2, $3, now())', [
      orgId,
      corpId,
      `基准测试企业 ${corpId.slice(-6)}`,
    ])
    await client.query(`set local app.org_id = '${orgId}'`)
    await insertDirectory(client, orgId, ids)
    await client.query('commit')
  } finally {
    client.release()
  }
  const [admin = ''] = ids
  return {
    orgId,
    corpId,
    adminToken: bench.token(orgId, admin, 'main-admin'),
    members: ids.map((memberId) => ({ orgId, memberId, token: bench.token(orgId, memberId, 'member') })),
  }
}

async function insertDirectory(client: pg.PoolClient, orgId: string, ids: readonly string[]): Promise<void> {
  const departments = Math.ceil(ids.length / 50)
  await client.query(
    `insert into installations (org_id, app, agent_id, installed_at, changed_at)
     select $1, app, '1001', now(), now() from unnest('{forms,employment-report,health-report}'::text[]) app`,
    [orgId],
  )
  await client.query(
    `insert into departments (org_id, department_id, parent_id, name, path)
     select $1::uuid, 1, null, '全部', '{1}' union all
     select $1::uuid, 1 + n, 1, '部门 ' || n, array[1, 1 + n]::bigint[] from generate_series(1, $2::int) n`,
    [orgId, departments],
  )
  await client.query(
    `insert into members (org_id, id, user_id, name, role, department_id, joined_at)
     select $1, id, 'u' || n, '员工 ' || n, case when n = 1 then 'main-admin' else 'member' end, 2 + (n - 1) / 50, now()
     from unnest($2::uuid[]) with ordinality as given (id, n)`,
    [orgId, ids],
  )
  await client.query(
    `insert into member_departments (org_id, member_id, department_id, valid_from)
     select $1, id, 2 + (n - 1) / 50, now() from unnest($2::uuid[]) with ordinality as given (id, n)`,
    [orgId, ids],
  )
  await takeNote(client, orgId, ids)
}

/** Everybody has read the notices and ticked everything, as before a first filling. */
async function takeNote(client: pg.PoolClient, orgId: string, ids: readonly string[]): Promise<void> {
  for (const { notices } of programmes)
    for (const [subject, { version, purposes }] of Object.entries(notices))
      await client.query(
        `insert into consents (org_id, member_id, id, subject, purpose, version, decision, decided_at)
         select $1::uuid, m, ('00000000-0000-7000-8000-' || left(md5(m::text || $3 || p), 12))::uuid, $3, p, $4, 'given', now()
         from unnest($2::uuid[]) as m, unnest($5::text[]) as p`,
        [orgId, ids, subject, version, [noticePurpose, ...purposes.map(({ id }) => id)]],
      )
}

/** Publishes the daily form through the product and returns its id. */
export async function publishDaily(
  subject: Subject,
  org: BenchOrg,
  settings: FormSettings = everyone,
): Promise<string> {
  const response = await fetch(`${subject.url}/api/forms`, {
    method: 'POST',
    headers: { authorization: `Bearer ${org.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ templateId: 'zhengzhou/daily', settings }),
  })
  if (!response.ok) throw new Error(`publish: ${response.status} ${await response.text()}`)
  const { id } = (await response.json()) as { id: string } // the contract's response
  await untilPrepared(subject, org, id)
  return id
}

/** The list of who is expected is written after the request where they are many. */
async function untilPrepared(subject: Subject, { adminToken }: BenchOrg, formId: string): Promise<void> {
  for (;;) {
    const headers = { authorization: `Bearer ${adminToken}` }
    const form = await fetch(`${subject.url}/api/forms/${formId}`, { headers })
    const { current } = (await form.json()) as { current: { preparing: object | null } } // the contract's response
    if (current.preparing === null) return
    await new Promise((done) => setTimeout(done, 500))
  }
}

/** A day's ordinary answers for the daily form. */
export function dailyAnswers(today: string, temperature = 36.5): Record<string, unknown> {
  return {
    date: today,
    place: { code: '410105' },
    temperature,
    symptoms: ['none'],
    'contact-case': 'no',
    'contact-region': 'no',
    'been-region': 'no',
    isolation: 'none',
    'at-work': 'yes',
    remarks: '今日身体状况良好，已按要求佩戴口罩上岗。',
  }
}
