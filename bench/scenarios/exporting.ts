import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { AnswerExport } from '@kangbao/shared/contracts/exports.ts'
import { openDatabase } from '@kangbao/server/src/db/database.ts'
import { keyRing } from '@kangbao/server/src/keys/key-ring.ts'
import { keyVault } from '@kangbao/server/src/keys/key-vault.ts'
import { currentMbOf, masterKeys, type Bench, type Subject } from '../bench.ts'
import { dailyAnswers, makeOrg, publishDaily, type BenchOrg } from '../data/orgs.ts'
import type { Scenario } from '../scenario.ts'
import { todayOf } from './submit.ts'

const people = 5_000
const days = 20
/** What a file ten times as long may take in memory beyond the short one. */
const mostGrowthMb = 64

/** P22d, P22e: exports of 10 000 and 100 000 sealed answers, each beside a loop that reads the same pages and no more. */
export const exporting: Scenario = {
  name: 'exporting',
  ids: ['P22d', 'P22e'],
  async run(bench) {
    const subject = await bench.startServer()
    const today = await todayOf(subject)
    const org = await makeOrg(bench, people)
    const formId = await publishDaily(subject, org)
    await fill(bench, org, { formId, today })
    const dayBefore = (n: number) => new Date(Date.parse(today) - n * 86_400_000).toISOString().slice(0, 10)
    const spans = { short: dayBefore(days / 10 - 1), long: dayBefore(days - 1) }
    const make = (from: string) => timedExport(subject, org, formId, { from, to: today })
    const bare = (from: string) => barePages(bench, org, { formId, from })
    await make(spans.short)
    const rounds: { short: Measured; long: Measured }[] = []
    for (let round = 0; round < (bench.profile === 'full' ? 5 : 3); round += 1) {
      const short = { made: await make(spans.short), bare: await bare(spans.short) }
      const long = { made: await make(spans.long), bare: await bare(spans.long) }
      rounds.push({ short, long })
    }
    await subject.stop()
    const outcome = (id: string, size: 'short' | 'long', rows: number) => ({
      id,
      ratios: rounds.map((round) => round[size].made.ms / round[size].bare.ms),
      floor: rounds.map((round) => round[size].bare.ms),
      absolute: {
        export_ms: rounds.at(-1)?.[size].made.ms ?? 0,
        rows_per_s: (1000 * rows) / (rounds.at(-1)?.[size].made.ms ?? 1),
        bare_ms: rounds.at(-1)?.[size].bare.ms ?? 0,
        peak_mb: Math.max(...rounds.map((round) => round[size].made.peakMb)),
      },
      checks: {
        'every answer stands in it': rounds.every(
          (round) => round[size].made.rows === rows && round[size].bare.rows === rows,
        ),
      },
    })
    const peak = (size: 'short' | 'long') => Math.max(...rounds.map((round) => round[size].made.peakMb))
    const long = outcome('P22e', 'long', people * days)
    return [
      outcome('P22d', 'short', (people * days) / 10),
      {
        ...long,
        checks: {
          ...long.checks,
          [`memory is flat: ten times the rows take ${mostGrowthMb} MB more at most`]:
            peak('long') - peak('short') <= mostGrowthMb,
        },
      },
    ]
  },
}

interface Measured {
  readonly made: { readonly ms: number; readonly rows: number; readonly peakMb: number }
  readonly bare: { readonly ms: number; readonly rows: number }
}

/** Answers as filing would have left them, sealed under the org's key each in its place. */
async function fill(
  bench: Bench,
  { orgId, members }: BenchOrg,
  { formId, today }: { readonly formId: string; readonly today: string },
): Promise<void> {
  const database = openDatabase(bench.databaseUrl, { maxConnections: 2 })
  const vault = keyVault({ ring: keyRing({ MASTER_KEYS: masterKeys }), database })
  try {
    const sealer = await vault.sealer([orgId])
    for (let n = 0; n < days; n += 1) {
      const day = new Date(Date.parse(today) - n * 86_400_000).toISOString().slice(0, 10)
      const answers = JSON.stringify(dailyAnswers(day))
      const sealed = members.map(({ memberId }) => {
        const place = {
          orgId,
          table: 'submissions',
          column: 'answers',
          row: `${formId}/${day}/${memberId}/1`,
        }
        return sealer.seal(place, answers).toString('base64')
      })
      await inOrg(bench, orgId, async (query) => {
        await query(
          `insert into submissions (org_id, form_id, period_start, member_id, id, number, form_version, department_id,
             answers, facets, is_abnormal, filed_by, filed_at, revised_at)
           select $1::uuid, $2::uuid, $3::date, m.id, gen_random_uuid(), 'B' || m.user_id, 1, m.department_id,
             decode(given.sealed, 'base64'), array[1001], false, m.id, now(), now()
           from unnest($4::uuid[], $5::text[]) as given (id, sealed)
           join members m on m.org_id = $1 and m.id = given.id`,
          [orgId, formId, day, members.map(({ memberId }) => memberId), sealed],
        )
        await query(
          `insert into expectations (org_id, form_id, period_start, member_id, department_id, department_path, filed_at)
           select $1::uuid, $2::uuid, $3::date, m.id, m.department_id, array[1, m.department_id], now()
           from members m where m.org_id = $1 on conflict do nothing`,
          [orgId, formId, day],
        )
      })
    }
  } finally {
    await database.close()
  }
  await bench.pool.query('analyze')
}

async function inOrg(
  bench: Bench,
  orgId: string,
  work: (query: (text: string, values: unknown[]) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const client = await bench.pool.connect()
  try {
    await client.query('begin')
    await client.query(`set local app.org_id = '${orgId}'`)
    await work((text, values) => client.query(text, values))
    await client.query('commit')
  } finally {
    client.release()
  }
}

/** From asking to the file lying there, with the most memory the server had meanwhile. */
async function timedExport(
  subject: Subject,
  { adminToken }: BenchOrg,
  formId: string,
  range: { readonly from: string; readonly to: string },
) {
  const url = `${subject.url}/api/forms/${formId}/exports`
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' }
  const started = performance.now()
  const body = JSON.stringify({ shape: 'table', format: 'xlsx', locale: 'zh-CN', ...range })
  const reply = await fetch(url, { method: 'POST', headers, body })
  if (!reply.ok) throw new Error(`export: ${reply.status} ${await reply.text()}`)
  const { id } = (await reply.json()) as AnswerExport // by its contract
  let peakMb = 0
  for (;;) {
    await pause(50)
    peakMb = Math.max(peakMb, currentMbOf(subject.child.pid ?? 0))
    const { items } = (await (await fetch(url, { headers })).json()) as { items: AnswerExport[] } // by its contract
    const found = items.find((each) => each.id === id)
    if (found?.state === 'failed') throw new Error(`export failed: ${found.failure}`)
    if (found?.state === 'ready') return { ms: performance.now() - started, rows: found.rowsDone, peakMb }
  }
}

/** The floor: the same rows read in the same pages by key, and nothing done with them. */
async function barePages(
  bench: Bench,
  { orgId }: BenchOrg,
  { formId, from }: { readonly formId: string; readonly from: string },
) {
  const started = performance.now()
  const client = await bench.pool.connect()
  let rows = 0
  try {
    for (let after = { day: '2001-01-01', id: '00000000-0000-0000-0000-000000000000' }; ;) {
      await client.query('begin')
      await client.query(`set local app.org_id = '${orgId}'`)
      const page = await client.query<{ day: string; id: string }>(
        `select s.period_start::text as day, s.member_id as id, s.answers, s.facets, m.name
         from submissions s join members m on m.org_id = s.org_id and m.id = s.member_id
         where s.org_id = $1 and s.form_id = $2 and s.period_start >= $3 and (s.period_start, s.member_id) > ($4, $5)
         order by s.period_start, s.member_id limit 500`,
        [orgId, formId, from, after.day, after.id],
      )
      await client.query('commit')
      rows += page.rows.length
      const last = page.rows.at(-1)
      if (last === undefined || page.rows.length < 500) return { ms: performance.now() - started, rows }
      after = last
    }
  } finally {
    client.release()
  }
}
