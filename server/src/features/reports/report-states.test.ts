import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld } from '../../../test/world.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import * as repo from './reports.repo.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

type State = 'queued' | 'retrying' | 'delivered' | 'refused'
type Act = 'retry' | 'deliver' | 'refuse'

/** What each act makes of each state; settled is settled. */
const after: Readonly<Record<Act, Readonly<Record<State, State>>>> = {
  retry: { queued: 'retrying', retrying: 'retrying', delivered: 'delivered', refused: 'refused' },
  deliver: { queued: 'delivered', retrying: 'delivered', delivered: 'delivered', refused: 'refused' },
  refuse: { queued: 'refused', retrying: 'refused', delivered: 'delivered', refused: 'refused' },
}
const sequences = 2_500

it('S-11: whatever comes in whatever order, a report reaches no state it may not, and settles once', async () => {
  const world = await newWorld(server)
  const now = server.deps.clock.now()
  const acts = fc.sample(
    fc.array(fc.constantFrom<Act>('retry', 'deliver', 'refuse'), { minLength: 1, maxLength: 6 }),
    { numRuns: sequences, seed: 11 },
  )
  let illegal = 0
  await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, async (scope) => {
    for (const sequence of acts) illegal += await breaksOf(scope, sequence, now)
  })
  figure({
    id: 'S-11',
    n: acts.length,
    value: illegal,
    unit: 'illegal states',
    target: '=0',
    ok: illegal === 0,
  })
  expect(illegal).toBe(0)
})

let made = 0
/** Plays one report; returns how often it was not where it should be, or settled a second time. */
async function breaksOf(scope: OrgScope, acts: readonly Act[], now: number): Promise<number> {
  const id = newId()
  made += 1
  await scope.tx.execute(sql`
    insert into reports (org_id, id, kind, sequence, day, counts, org_name, made_at)
    values (${scope.orgId}, ${id}, 'health', ${made}, '2026-03-02', '{}', '测试企业', ${new Date(now).toISOString()})`)
  let expected: State = 'queued'
  let settled = 0
  let breaks = 0
  for (const act of acts) {
    if (await happened(scope, id, act, now)) settled += 1
    expected = after[act][expected]
    const { rows } = await scope.tx.execute<{ state: State }>(
      sql`select state from reports where org_id = ${scope.orgId} and id = ${id}`,
    )
    if (rows[0]?.state !== expected) breaks += 1
  }
  const shouldSettle = expected === 'delivered' || expected === 'refused' ? 1 : 0
  return breaks + (settled === shouldSettle ? 0 : 1)
}

/** Whether the act says that it settled the report. */
async function happened(scope: OrgScope, id: string, act: Act, now: number): Promise<boolean> {
  if (act === 'deliver') return repo.deliver(scope, id, { receiptNo: 'R-1', now })
  if (act === 'refuse')
    return repo.refuse(scope, id, { refusal: { code: 'invalid', title: '数据有误', detail: '' }, now })
  await repo.markRetrying(scope, id, now)
  return false
}
