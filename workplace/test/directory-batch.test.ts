import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkedImport, confirmedImport, workbookOf } from './importing.ts'
import { newPhone, newWorld, type Json, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

async function newOrg() {
  const { admin, orgId, userid } = await world.orgWithAdmin()
  const made = async (name: string, parentId = 1): Promise<number> =>
    (await admin.call('POST', `/orgs/${orgId}/departments`, { name, parentId })).body.deptId
  const add = (id: string, deptId: number, phone = newPhone()) =>
    admin.call('POST', `/orgs/${orgId}/members`, { userid: id, name: id, phone, departments: [{ deptId }] })
  return { admin, orgId, userid, made, add }
}

const outcomes = ({ body }: { body: Json }) =>
  Object.fromEntries(body.items.map((item: Json) => [item.userid, item.problem?.code ?? 'done']))

it('Z-03: people are moved and removed in batches, and what became of each is told', async () => {
  const { admin, orgId, userid, made, add } = await newOrg()
  const [held, beside] = [await made('管'), await made('旁')]
  const sub = await world.person('小管')
  await add('sub', held, sub.phone)
  for (const id of ['a', 'b', 'c']) await add(id, held)
  await add('far', beside)
  await admin.call('PUT', `/orgs/${orgId}/members/sub/role`, { role: 'sub', deptIds: [held] })
  await sub.call('PUT', `/orgs/${orgId}/admin-access/password`, { password: 'Qy123456' })
  const below = await made('下', held)

  const moved = await sub.call('POST', `/orgs/${orgId}/members/move`, {
    userids: ['a', 'b', 'far', 'nobody', 'a'],
    deptId: below,
  })
  expect(outcomes(moved)).toEqual({
    a: 'done',
    b: 'done',
    far: 'department.outside',
    nobody: 'resource.missing',
  })
  const inBelow = (await admin.call('GET', `/orgs/${orgId}/members?deptId=${below}`)).body.items
  expect(inBelow.map((m: Json) => m.userid).toSorted()).toEqual(['a', 'b'])
  const nowhere = await admin.call('POST', `/orgs/${orgId}/members/move`, { userids: ['a'], deptId: 999 })
  expect(nowhere.body.code).toBe('resource.missing')

  const removed = await admin.call('POST', `/orgs/${orgId}/members/removal`, {
    userids: ['a', 'far', userid],
  })
  expect(outcomes(removed)).toEqual({ a: 'done', far: 'done', [userid]: 'member.last-admin' })
  expect(removed.body.items.at(-1).problem.zh).toBe('至少保留一名主管理员')
  const left = (await admin.call('GET', `/orgs/${orgId}/members`)).body.items
  expect(left.map((m: Json) => m.userid).toSorted()).toEqual(['b', 'c', 'sub', userid].toSorted())
})

it('Z-03: of two admins who change the same, the second is told and nothing is undone', async () => {
  const { admin, orgId, made, add } = await newOrg()
  const deptId = await made('研发部')
  await add('a', deptId)
  const department = (await admin.call('GET', `/orgs/${orgId}/departments/${deptId}`)).body
  const path = `/orgs/${orgId}/departments/${deptId}`
  const first = await admin.call('PATCH', path, { name: '研究部', version: department.version })
  expect(first.body).toMatchObject({ name: '研究部', version: department.version + 1 })
  const second = await admin.call('PATCH', path, { name: '开发部', version: department.version })
  expect(second.body.code).toBe('directory.changed')
  expect((await admin.call('GET', path)).body.name).toBe('研究部')
  const member = (await admin.call('GET', `/orgs/${orgId}/members/a`)).body
  const change = (title: string) =>
    admin.call('PATCH', `/orgs/${orgId}/members/a`, { title, version: member.version })
  const answers = [await change('组长'), await change('班长')]
  expect(answers.map(({ body }) => body.code ?? body.title)).toEqual(['组长', 'directory.changed'])
})

it('R-46: a path of 200 departments, a name of 3 MB and emoji are borne', async () => {
  const { admin, orgId } = await newOrg()
  const levels = Array.from({ length: 200 }, (_, level) => `第${level}级😀`)
  const file = workbookOf([
    ['deep', levels.join('-'), '', '深处👨‍👩‍👧‍👦', '', '', newPhone(), ''],
    ['long', '部', '', '长'.repeat(30_000), '', '', newPhone(), ''],
  ])
  const check = await checkedImport(admin, orgId, file)
  expect(check).toMatchObject({ state: 'checked', counts: { created: 1, invalid: 1, newDepartments: 200 } })
  expect(check.problems.map((p: Json) => [p.reason, p.value.length])).toEqual([['name.too-long', 100]])
  await confirmedImport(admin, orgId, check.id, { validRowsOnly: true })
  const { departments, name } = (await admin.call('GET', `/orgs/${orgId}/members/deep`)).body
  expect(name).toBe('深处👨‍👩‍👧‍👦')
  const deepest = departments[0].deptId
  const { trail } = (await admin.call('GET', `/orgs/${orgId}/departments/${deepest}`)).body
  expect(trail.slice(1).map((step: Json) => step.name)).toEqual(levels)
  // Into its own depth it cannot go; a level up with all below it can.
  const top = trail[1].deptId
  const loop = await admin.call('PATCH', `/orgs/${orgId}/departments/${top}`, { parentId: deepest })
  expect(loop.body.code).toBe('department.loop')
  const up = await admin.call('PATCH', `/orgs/${orgId}/departments/${trail[2].deptId}`, { parentId: 1 })
  expect(up.status).toBe(200)
  const after = (await admin.call('GET', `/orgs/${orgId}/departments/${deepest}`)).body
  expect(after.trail).toHaveLength(200)

  const huge = 'x'.repeat(3 * 1024 * 1024)
  for (const [path, body] of [
    ['/departments', { name: huge, parentId: 1 }],
    ['/members', { name: huge, phone: newPhone(), departments: [{ deptId: 1 }] }],
    ['/members/search', { search: huge }],
  ] as const) {
    const { status, body: answer } = await admin.call('POST', `/orgs/${orgId}${path}`, body)
    expect([path, status, answer.code]).toEqual([path, 413, 'request.too-large'])
  }
})
