import pg from 'pg'
import { undoDirectory } from '@kangbao/e2e/drivers/contacts.ts'
import { currentMbOf, peakMbOf } from '../bench.ts'
import { people, phoneOf, nameOf, startLargeOrg, type LargeOrg } from '../data/contact-book.ts'
import { percentile, pulse } from '../load/pulse.ts'
import type { Outcome, Scenario } from '../scenario.ts'

/** What an import may cost those who do not import, and the process. */
const mostWaitMs = 100
const mostGrowthMb = 200

/** The contact book of 50 000 people, from upload to the last written row; then undone. */
export const importPeople: Scenario = {
  name: 'import',
  ids: ['W1', 'W2', 'W3', 'undo'],
  async run(bench) {
    const org = await startLargeOrg(bench)
    try {
      return await measured(org)
    } finally {
      await org.stack.stop()
    }
  },
}

async function measured({ stack, admin, orgId, file }: LargeOrg): Promise<Outcome[]> {
  const pid = stack.pidOf('workplace') ?? 0
  const bareBefore = await bareInsert(stack.databaseUrls.workplace)
  const residentMb = currentMbOf(pid)
  const heart = pulse(`${stack.urls.workplace}/healthz`)
  const from = performance.now()
  const checked = await admin.uploadDirectory(orgId, file)
  const checkedMs = performance.now() - from
  const done = await admin.confirmDirectory(orgId, checked.id)
  const writtenMs = performance.now() - from - checkedMs
  const waits = await heart.stop()
  const growthMb = peakMbOf(pid) - residentMb
  const bareAfter = await bareInsert(stack.databaseUrls.workplace)
  const floor = (bareBefore + bareAfter) / 2

  const asked = performance.now()
  const undone = await undoDirectory(admin, orgId, checked.id)
  const undoneMs = performance.now() - asked

  const checks = { 'all rows are written': done.state === 'imported' && done.counts.created === people }
  const writtenPerSecond = people / (writtenMs / 1000)
  return [
    {
      id: 'W1',
      ratios: [writtenPerSecond / floor],
      floor: [bareBefore, bareAfter],
      absolute: {
        rows_per_s: writtenPerSecond,
        check_ms: checkedMs,
        write_ms: writtenMs,
        bare_rows_per_s: floor,
      },
      checks,
    },
    {
      id: 'W2',
      ratios: [growthMb / mostGrowthMb],
      absolute: { growth_mb: growthMb, before_mb: residentMb },
      checks,
    },
    {
      id: 'W3',
      ratios: [percentile(waits, 0.99) / mostWaitMs],
      absolute: { p99_ms: percentile(waits, 0.99), max_ms: Math.max(...waits), beats: waits.length },
      checks,
    },
    {
      id: 'undo',
      ratios: [],
      absolute: { undo_ms: undoneMs },
      checks: { 'everybody is out again': undone.undone?.removed === people },
    },
  ]
}

/** Rows a second of a bare table with the same unique columns, in the same sets, in one transaction. */
async function bareInsert(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('create table bench_people (org_id uuid, userid text, name text, phone text)')
    await client.query('create unique index on bench_people (org_id, userid)')
    await client.query('create unique index on bench_people (org_id, phone)')
    const from = performance.now()
    await client.query('begin')
    for (let start = 0; start < people; start += 500) {
      const rows = Array.from({ length: Math.min(500, people - start) }, (_, index) => start + index)
      await client.query(
        `insert into bench_people select gen_random_uuid(), t.* from unnest($1::text[], $2::text[], $3::text[]) as t`,
        [rows.map((row) => `u${row}`), rows.map(nameOf), rows.map(phoneOf)],
      )
    }
    await client.query('commit')
    return people / ((performance.now() - from) / 1000)
  } finally {
    await client.query('drop table if exists bench_people')
    await client.end()
  }
}
