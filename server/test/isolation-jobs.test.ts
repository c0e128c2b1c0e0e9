import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { remindMissing } from '@kangbao/shared/contracts/completeness.ts'
import { readFileContent } from '@kangbao/shared/contracts/files.ts'
import { features } from '../src/features/index.ts'
import { jobContext, type JobDefinition } from '../src/jobs/define-job.ts'
import { rowsOf as query, user } from './host.ts'
import { send } from './isolation/calls.ts'
import { faultFigure } from './isolation/fault-figure.ts'
import { jobRequests, type JobObjects } from './isolation/jobs.ts'
import { newTenant, type Tenant } from './isolation/objects.ts'
import { changed, orgTables, rowsOf, stateOf } from './isolation/state.ts'
import { startTestServer, type TestServer } from './server.ts'

const jobs = features.flatMap((feature) => feature.jobs ?? [])
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** The org as its host has it, and a push of it that waits to be sent. */
async function objectsOf({ world, here, people }: Tenant): Promise<JobObjects> {
  server.ports.orgs.set(world.corpId, {
    name: '测试企业',
    departments: [{ id: here.departmentId, parentId: 1, name: '部门', order: 1 }],
    users: [user(here.userId, [here.departmentId])],
    admins: [],
    codes: new Map(),
  })
  const params = { formId: here.formId, period: here.period }
  const reminded = await people.mainAdmin.inject(remindMissing, { params, body: {} })
  expect(reminded.status).toBe(200)
  const [push] = await query<{ id: string }>(
    server,
    world.orgId,
    'select id from pushes order by id desc limit 1',
  )
  return { ...here, pushId: push?.id ?? '' }
}

/** Runs a job as the worker does; what it throws would only make it run again. */
async function run(job: JobDefinition, data: object): Promise<void> {
  await job.run(Value.Parse(job.data, data), jobContext(server.deps, job.name, 0)).catch(() => undefined)
}

it('S-01: every job is among those tried with another org’s objects', () => {
  expect(jobs.map(({ name }) => name).filter((name) => !(name in jobRequests))).toEqual([])
  expect(Object.keys(jobRequests).filter((name) => !jobs.some((job) => job.name === name))).toEqual([])
})

it('S-03: a job that names another org’s object neither reads nor changes it', async () => {
  const [ours, theirs] = [await newTenant(server, 'aa'), await newTenant(server, 'zz')]
  const [own, foreign] = [await objectsOf(ours), await objectsOf(theirs)]
  const push = jobs.find(({ name }) => name === 'notifications.push')
  if (push) await run(push, { orgId: ours.world.orgId, pushId: own.pushId })
  expect(server.ports.sent).toHaveLength(1) // its own is sent: the runs below do not fail for want of a world
  const tables = await orgTables(server)
  const before = await stateOf(server, theirs.world.orgId, tables)
  const secrets = [...theirs.canaries.here, ...theirs.canaries.there, 'zz企业', theirs.world.corpId]
  const wrong: string[] = []
  let tried = 0
  for (const job of jobs) {
    const ask = jobRequests[job.name]
    if (!ask) continue
    const asked = ask(foreign)
    await run(job, { orgId: ours.world.orgId, ...asked })
    tried += 1
    const difference = changed(before, await stateOf(server, theirs.world.orgId, tables))
    if (difference) wrong.push(`${job.name} changed ${difference}`)
    const written =
      (await rowsOf(server, ours.world.orgId, tables)).join('\n') + JSON.stringify(server.ports.sent)
    const copied = secrets.filter((text) => written.includes(text) && !JSON.stringify(asked).includes(text))
    if (copied.length > 0) wrong.push(`${job.name} took ${copied.join(', ')}`)
  }
  const bytes = await send(
    server,
    readFileContent,
    { query: { link: theirs.here.fileLink } },
    { token: null },
  )
  if (bytes.status !== 200) wrong.push('the bytes of a file are gone')
  faultFigure('S-03', tried, wrong, 'jobs that reached another org')
  expect(wrong).toEqual([])
  expect(new Set(server.ports.sent.map(({ target }) => target.corpId))).toEqual(new Set([ours.world.corpId]))
})
