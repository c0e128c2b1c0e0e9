import { afterAll, beforeAll, expect, it } from 'vitest'
import { newPhone, newWorld, type Json, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

const names = (reply: { body: Json }): string[] => reply.body.items.map(({ name }: Json) => name)

it('S-48: people are searched by name, pinyin and phone, page by page, by a body', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const colleague = newPhone()
  const phone = newPhone()
  const people: [string, string][] = [
    ['张三', phone],
    ['张小明', newPhone()],
    ['章子怡', newPhone()],
    ['李四', colleague],
  ]
  for (const [name, number] of people) {
    const body = { name, phone: number, departments: [{ deptId: 1 }] }
    expect((await admin.call('POST', `/orgs/${orgId}/members`, body)).status).toBe(200)
  }
  const search = (body: Json, who = admin) => who.call('POST', `/orgs/${orgId}/members/search`, body)
  expect(names(await search({ search: '张' }))).toEqual(['张三', '张小明'])
  expect(names(await search({ search: 'zhang' })).toSorted()).toEqual(['张三', '张小明', '章子怡'])
  expect(names(await search({ search: 'zzy' }))).toEqual(['章子怡'])
  expect(names(await search({ search: phone }))).toEqual(['张三'])
  expect((await search({ search: '查无此人' })).body).toEqual({ items: [], next: null })

  const one = await search({ search: 'zhang', limit: 2 })
  const two = await search({ search: 'zhang', limit: 2, cursor: one.body.next })
  expect([names(one).length, names(two).length, two.body.next]).toEqual([2, 1, null])
  expect(new Set([...names(one), ...names(two)]).size).toBe(3)

  expect((await search({ search: '' })).status).toBe(400)
  // A colleague finds by the whole number only; a stranger finds nobody.
  const member = await world.person('李四', colleague)
  expect(names(await search({ search: phone }, member))).toEqual(['张三'])
  expect(names(await search({ search: phone.slice(0, -1) }, member))).toEqual([])
  expect((await search({ search: '张' }, await world.person('陌生人'))).status).toBeGreaterThanOrEqual(403)
})
