import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  getCompleteness,
  listCompletenessPeople,
  listDepartmentCompleteness,
} from '@kangbao/shared/contracts/completeness.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { mirrorOf, pushItem, settled } from '../../../test/host.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  server.startJobs()
})
afterAll(() => server.close())

const monday = '2026-03-02'
const tuesday = '2026-03-03'
const production = 2
const office = 3

/** In Shanghai. */
const at = (moment: string) => server.deps.clock.set(Date.parse(`${moment}+08:00`))

async function file(person: Person, formId: string, period: string, temperature = 36.4) {
  const body = { answers: healthyAnswers(period, { temperature }) }
  expect((await person.inject(fileSubmission, { params: { formId, period }, body })).status).toBe(200)
}

/** As the workplace does it: its own book changes, then an encrypted event says whose entry it was. */
async function move(world: World, host: ReturnType<typeof mirrorOf>, person: Person, departmentId: number) {
  host.users = host.users.map((user) =>
    user.userId === person.userId ? { ...user, departmentIds: [departmentId] } : user,
  )
  await pushItem(server, {
    corpId: world.corpId,
    type: 13,
    id: person.userId,
    action: 'user_modify_org',
    data: { ...host.users.find(({ userId }) => userId === person.userId) },
  })
  await settled(server)
}

/** Expected, collected and abnormal of the org and of its two departments. */
async function board({ admin }: World, formId: string, period: string) {
  const params = { formId, period }
  const { body: all } = await admin.inject(getCompleteness, { params })
  const { body: departments } = await admin.inject(listDepartmentCompleteness, { params, query: {} })
  const of = (id: number) => {
    const found = departments.items.find(({ departmentId }) => departmentId === id)
    return [found?.expected, found?.collected, found?.abnormal]
  }
  return {
    all: [all.expected, all.collected, all.abnormal],
    production: of(production),
    office: of(office),
  }
}

async function collectedIn({ admin }: World, formId: string, period: string, departmentId: number) {
  const { body } = await admin.inject(listCompletenessPeople, {
    params: { formId, period },
    query: { state: 'collected', departmentId },
  })
  return body.items.map(({ name, department }) => [name, department]).toSorted()
}

it('Z-22, Z-36: who moves to another department at noon is counted once, where he stands; past days stay as they were', async () => {
  at(`${monday}T09:00:00`)
  const world = await newWorld(server)
  const host = mirrorOf(server, world)
  const form = await world.publish('zhengzhou/daily')
  const [early, late] = world.members
  if (!early || !late) throw new Error('members')
  await file(early, form.id, monday, 38)
  expect(await board(world, form.id, monday)).toEqual({
    all: [5, 1, 1],
    production: [2, 1, 1],
    office: [2, 0, 0],
  })

  at(`${monday}T12:00:00`)
  await move(world, host, early, office)
  await move(world, host, late, office)
  expect(await board(world, form.id, monday)).toMatchObject({ all: [5, 1, 1], office: [4, 1, 1] })

  at(`${monday}T15:00:00`)
  await file(late, form.id, monday)
  // An edit is the same answer, and stays where its person is.
  await file(early, form.id, monday, 36.5)
  const evening = { all: [5, 2, 0], office: [4, 2, 0] }
  expect(await board(world, form.id, monday)).toMatchObject(evening)
  expect(await collectedIn(world, form.id, monday, office)).toEqual([
    [early.name, '行政部'],
    [late.name, '行政部'],
  ])

  at(`${tuesday}T09:00:00`)
  await file(early, form.id, tuesday)
  expect(await board(world, form.id, tuesday)).toMatchObject({ all: [5, 1, 0], office: [4, 1, 0] })
  at(`${tuesday}T12:00:00`)
  await move(world, host, early, production)
  expect(await board(world, form.id, tuesday)).toMatchObject({
    all: [5, 1, 0],
    production: [1, 1, 0],
    office: [3, 0, 0],
  })
  expect(await board(world, form.id, monday)).toMatchObject(evening)
  expect(await collectedIn(world, form.id, monday, office)).toHaveLength(2)
})
