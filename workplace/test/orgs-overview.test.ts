import { afterAll, beforeAll, expect, it } from 'vitest'
import { certify } from './certifying.ts'
import { newWorld, type Json, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

async function search(payload: object) {
  const answer = await world.app.inject({ method: 'POST', url: '/client-api/operator/orgs/search', payload })
  return { status: answer.statusCode, body: answer.json<Json>() }
}

it('Z-06: the operator sees every org with its people and certification, in pages, found by name or CorpId', async () => {
  const made = []
  for (const name of ['总览甲有限公司', '总览乙有限公司', '总览丙有限公司'])
    made.push(await world.orgWithAdmin(name))
  const [first, second] = made
  if (!first || !second) throw new Error('not made')
  const member = await world.person('成员')
  const { code } = (await first.admin.call('GET', `/orgs/${first.orgId}/invite`)).body
  await member.call('POST', `/join-codes/${code}`, {})
  await certify(world, second.admin, second.orgId, 'intermediate')

  const page = await search({ search: '总览', limit: 2 })
  expect(page.body).toMatchObject({
    total: 3,
    items: [
      { name: '总览丙有限公司', people: 1, certification: 'none', level: null },
      { name: '总览乙有限公司', people: 1, certification: 'approved', level: 'intermediate' },
    ],
  })
  const rest = await search({ search: '总览', limit: 2, cursor: page.body.next })
  expect(rest.body).toMatchObject({ items: [{ name: '总览甲有限公司', people: 2 }], next: null })
  expect((await search({ search: first.corpId })).body.items).toMatchObject([{ orgId: first.orgId }])
  expect((await search({ search: '总览', certification: 'approved' })).body.total).toBe(1)
  expect((await search({ cursor: 'zzz' })).body.code).toBe('request.invalid')
})
