import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { makePartitions } from './housekeeping.system.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const may2031 = Date.parse('2031-05-02T00:00:00Z')
const make = () => server.deps.database.inSystem((system) => makePartitions(system, may2031))

async function isThere(table: string): Promise<boolean> {
  const { rows } = await server.deps.database.pool.query<{ found: boolean }>(
    'select to_regclass($1) is not null as found',
    [table],
  )
  return rows[0]?.found ?? false
}

it('R-01: partitions are not made while a filing is under way: it is never the filing that gives way', async () => {
  const filing = await server.deps.database.pool.connect()
  try {
    await filing.query('begin')
    await filing.query('lock table expectations in row exclusive mode')
    expect(await make()).toBe(false)
    // Held by the making, this would be one half of a deadlock.
    await filing.query('lock table submissions in row exclusive mode')
    await filing.query('commit')
  } finally {
    filing.release()
  }
  expect(await isThere('submissions_203105')).toBe(false)
  expect(await make()).toBe(true)
  expect(await isThere('submissions_203105')).toBe(true)
  expect(await isThere('expectations_203108')).toBe(true)
})
