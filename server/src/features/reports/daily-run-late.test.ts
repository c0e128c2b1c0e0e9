import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

it('Z-45: a server that was down until the hour opens the day before it reports it', async () => {
  const world = await newWorld(server, { members: 3 })
  await world.publish('zhengzhou/daily')
  // The whole next day nobody was there to open it; and whoever opens it by the schedule does not come first.
  server.deps.clock.set(Date.parse('2026-03-03T22:00:05+08:00'))
  await server.deps.database.inSystem(({ tx }) => tx.execute(sql`delete from due_sends`))
  server.ports.verdict = () => ({ accepted: true, receiptNo: 'R-1' })
  server.startJobs()
  const reports = await until(
    () => Promise.resolve(server.ports.reports.filter(({ kind }) => kind === 'health')),
    (found) => found.length > 0,
    20_000,
  )
  expect(reports).toMatchObject([
    { day: '2026-03-03', automatic: true, counts: { totalMembers: 4, collected: 0, notCollected: 4 } },
  ])
})
