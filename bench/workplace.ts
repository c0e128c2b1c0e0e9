import { spawn } from 'node:child_process'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { freePort, peakMbOf, root, stopChild, untilReady, type Bench } from './bench.ts'

export interface Workplace {
  readonly url: string
  /** One bearer token for each of the people, in two departments of equal size. */
  readonly tokens: readonly string[]
  readonly orgId: string
  readonly agentId: number
  /** Of the app, as its ISV gets it. */
  readonly corpToken: string
  readonly departments: readonly number[]
  /** What autovacuum does within minutes: the tables have grown a thousandfold in seconds. */
  analyze(): Promise<void>
  peakMb(): number
  stop(): Promise<void>
}

const suite = {
  suiteId: 'bench-live',
  appId: 49001,
  suiteKey: 'suitebenchlive',
  suiteSecret: 'bench-suite-secret-live',
  callbackToken: 'benchtoken',
  callbackAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE',
  callbackUrl: 'http://127.0.0.1:9/callback',
  name: '压测应用',
  homeUrl: 'http://127.0.0.1:9/',
}
const agentId = 2_574_900_001

/** The built workplace with one org, its people signed in and one app installed; written straight into its database. */
export async function startWorkplace(bench: Bench, people: number): Promise<Workplace> {
  const entry = join(root, 'workplace', 'dist', 'main.js')
  if (!existsSync(entry)) throw new Error('workplace/dist is missing: run `npm run build` first')
  const databaseUrl = await bench.postgres.createDatabase('workplace')
  const suites = join(bench.folder, 'live-suites.json')
  writeFileSync(suites, JSON.stringify([suite]))
  const port = await freePort()
  const url = `http://127.0.0.1:${String(port)}`
  const child = spawn(process.execPath, [entry], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: databaseUrl,
      DATA_DIR: bench.folder,
      SUITES_JSON: suites,
      SESSION_SECRET: randomBytes(32).toString('hex'),
      LOG_LEVEL: 'error',
      // All load comes from one address, and every round is a message more than a day has.
      WORKPLACE_REQUESTS_PER_SESSION: '0',
      WORKPLACE_REQUESTS_PER_ADDRESS: '0',
      WORKPLACE_QPS_LIMIT: '0',
      WORKPLACE_DAILY_MESSAGES: '100000',
      WORKPLACE_RECIPIENTS_PER_MINUTE: '10000000',
    },
  })
  await untilReady(`${url}/readyz`, child)
  const tokens = Array.from({ length: people }, () => randomBytes(24).toString('base64url'))
  const corpToken = randomBytes(16).toString('hex')
  const orgId = await fill(databaseUrl, tokens, corpToken)
  return {
    url,
    tokens,
    orgId,
    agentId,
    corpToken,
    departments: [2, 3],
    analyze: () => withClient(databaseUrl, async (client) => void (await client.query('analyze'))),
    peakMb: () => peakMbOf(child.pid ?? 0),
    stop: () => stopChild(child),
  }
}

const digest = (token: string) => createHash('sha256').update(token).digest('hex')

async function fill(databaseUrl: string, tokens: readonly string[], corpToken: string): Promise<string> {
  const orgId = randomUUID()
  await withClient(databaseUrl, async (client) => {
    await client.query('begin')
    await client.query(`set local app.org_id = '${orgId}'`)
    await client.query(
      `insert into orgs (id, corp_id, name, industry, location, size_band, join_code, invite_template, created_at)
       values ($1, 'dingbench', '压测企业', '制造业', '郑州', '1000+', 'bench', '', now())`,
      [orgId],
    )
    await client.query(
      `insert into departments (org_id, dept_id, parent_id, name, path)
       values ($1, 1, null, '压测企业', '{1}'), ($1, 2, 1, '一部', '{1,2}'), ($1, 3, 1, '二部', '{1,3}')`,
      [orgId],
    )
    await client.query(
      `create temporary table bench_people on commit drop as
       select t.at::int as at, gen_random_uuid() as person_id, t.token_hash
       from unnest($1::text[]) with ordinality as t (token_hash, at)`,
      [tokens.map(digest)],
    )
    await client.query(
      `insert into persons (id, phone, name, registered_at, created_at)
       select person_id, (13800000000 + at)::text, '员工' || at, now(), now() from bench_people`,
    )
    await client.query(
      `insert into sessions (id, person_id, token_hash, created_at, expires_at, last_seen_at)
       select gen_random_uuid(), person_id, token_hash, now(), now() + interval '1 day', now() from bench_people`,
    )
    await client.query(
      `insert into members (org_id, userid, person_id, name, phone, role, created_at, updated_at)
       select $1, 'u' || at, person_id, '员工' || at, (13800000000 + at)::text,
         case when at = 1 then 'main' else 'none' end, now(), now() from bench_people`,
      [orgId],
    )
    await client.query(
      `insert into person_orgs (person_id, org_id, userid, joined_at)
       select person_id, $1, 'u' || at, now() from bench_people`,
      [orgId],
    )
    await client.query(
      `insert into member_departments (org_id, userid, dept_id) select $1, 'u' || at, 2 + at % 2 from bench_people`,
      [orgId],
    )
    await client.query(`insert into conversations (org_id, id, kind) values ($1, gen_random_uuid(), 'org')`, [
      orgId,
    ])
    await client.query(
      `insert into installed_apps (org_id, agent_id, suite_id, state, scope_kind, permanent_code, is_activated,
         installed_by, installed_at)
       values ($1, $2, $3, 'enabled', 'all', 'bench', true, 'u1', now())`,
      [orgId, agentId, suite.suiteId],
    )
    await client.query(
      `insert into open_tokens (token_hash, kind, suite_id, org_id, expires_at)
       values ($1, 'corp', $2, $3, now() + interval '1 day')`,
      [digest(corpToken), suite.suiteId, orgId],
    )
    await client.query('commit')
    await client.query('analyze')
  })
  return orgId
}

async function withClient(databaseUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
