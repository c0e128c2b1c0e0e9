import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { none } from '@kangbao/shared/contracts/audit-declaration.ts'
import { contract } from '@kangbao/shared/contracts/contract.ts'
import { Nothing } from '@kangbao/shared/contracts/fields.ts'
import { getForm, listForms } from '@kangbao/shared/contracts/forms.ts'
import { startDailyRun } from '@kangbao/shared/contracts/operations.ts'
import { getSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { features, type Feature } from '../src/features/index.ts'
import { route } from '../src/http/route.ts'
import { send } from './isolation/calls.ts'
import { figure } from '@kangbao/launcher/figure.ts'
import { faultFigure } from './isolation/fault-figure.ts'
import { runMatrix } from './isolation/matrix.ts'
import { keyOf, openDoors, registry, unregistered } from './isolation/registry.ts'
import { dropTenantFilters } from './isolation/unfiltered.ts'
import { scannedReplies } from './response-scan.ts'
import { startTestServer, type TestServer } from './server.ts'
import { signToken } from './world.ts'

const start = () => startTestServer({ config: { RATE_LIMIT_SCALE: 10_000 } })
const entriesOf = (...contracts: Parameters<typeof keyOf>[0][]) =>
  [...registry.values()].filter((entry) => contracts.some((each) => keyOf(each) === keyOf(entry.contract)))

/** A daily run of the installation; the org-less object operators look at. */
async function newRun(server: TestServer): Promise<string> {
  const token = signToken(server, { sub: 'operator', role: 'operator' })
  const { text } = await send(server, startDailyRun, { body: { kind: 'employment' } }, { token })
  return (JSON.parse(text) as { id: string }).id // a DailyRun
}

/** Names, ids at the host, phones, words people wrote: what the objects of the matrix are made of. */
const canaries = /员工|访客|管理员|-user\d|更正体温|(?<![0-9a-f-])1[3-9]\d{9}(?![0-9a-f])|(?<![:\d])36\.\d/

describe('the isolation matrix', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(async () => {
    // A reply that showed an ID number or a phone would have stopped its test.
    const n = scannedReplies()
    figure({
      id: 'S-36',
      n,
      value: 0,
      unit: 'unmasked ID numbers or phones in replies',
      target: '0',
      ok: n > 0,
    })
    await server.close()
  })

  it('S-01: every route is in the matrix, or is a door that is open on purpose', () => {
    const missing = unregistered(server.app.routeTable)
    faultFigure('S-01', server.app.routeTable.length, missing, 'undeclared')
    expect(missing).toEqual([])
    const urls = new Set(server.app.routeTable.map(({ method, url }) => `${method} ${url}`))
    expect([...openDoors.keys()].filter((door) => !urls.has(door))).toEqual([])
  })

  it('S-02, S-03, S-08, S-46: nobody reaches what is not his, nor learns that it exists, and every look is written down', async () => {
    const { wrong, cells, neverAnswered, audit } = await runMatrix(
      server,
      [...registry.values()],
      await newRun(server),
    )
    faultFigure('S-02', cells.all, wrong, 'wrong cells')
    faultFigure('S-03', cells.foreign, wrong, 'accepted')
    faultFigure('S-08', cells.forbidden, wrong, 'allowed')
    expect(wrong).toEqual([])
    expect(neverAnswered).toEqual([])
    expect(cells.foreign).toBeGreaterThan(300)
    const { reads, changes } = audit.answered
    faultFigure('S-46', reads + changes, audit.wrong, 'reads and changes without a row, refusals with one')
    expect(audit.wrong).toEqual([])
    expect(reads).toBeGreaterThan(10)
    expect(changes).toBeGreaterThan(20)
    const personal = audit.rows.filter((row) => canaries.test(row))
    faultFigure('S-46', audit.rows.length, personal, 'audit rows with personal values')
    expect(personal).toEqual([])
  }, 300_000)
})

describe('the matrix itself', () => {
  it('S-01: a route nobody has told it about breaks the build', async () => {
    const planted = contract({
      method: 'GET',
      path: '/planted/:formId',
      summary: 'Planted by a test',
      permission: 'session',
      audit: none('planted by a test'),
      response: Nothing,
      errors: [],
    })
    const feature: Feature = {
      routes: async (app) => {
        route(app, planted, async () => ({}))
        app.get('/planted-open', { config: { permission: 'public', rate: 'machine' } }, () => 'x')
      },
    }
    const list = features as Feature[] // the test plants one and takes it out again
    list.push(feature)
    const server = await start().finally(() => list.pop())
    expect(unregistered(server.app.routeTable)).toEqual(['GET /api/planted/:formId', 'GET /planted-open'])
    await server.close()
  })

  it('S-04: with the tenant filter of every statement switched off the database still keeps orgs apart', async () => {
    const server = await start()
    const runId = await newRun(server)
    const dropped = dropTenantFilters(server)
    const { wrong, cells } = await runMatrix(server, [...registry.values()], runId)
    faultFigure('S-04', cells.all, wrong, 'leaks without the application’s filter')
    expect(wrong).toEqual([])
    expect(dropped()).toBeGreaterThan(1_000)
    await server.close()
  }, 300_000)

  it('S-04: a policy taken away as well turns it red', async () => {
    const server = await start()
    const runId = await newRun(server)
    dropTenantFilters(server)
    const reads = entriesOf(getForm, listForms, getSubmission)
    expect((await runMatrix(server, reads, runId)).wrong).toEqual([])
    const owner = new pg.Client({ connectionString: server.ownerUrl })
    await owner.connect()
    for (const table of ['forms', 'form_versions', 'submissions'])
      await owner.query(
        `alter table ${table} no force row level security; alter table ${table} disable row level security`,
      )
    await owner.end()
    const { wrong } = await runMatrix(server, reads, runId)
    expect(wrong.filter((each) => each.includes('shows zz'))).not.toEqual([])
    await server.close()
  }, 60_000)
})
