import { afterAll, beforeAll, expect, it } from 'vitest'
import { newWorld, type Json, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

it('Z-11: whoever asks for help makes the group of the org with its admin; who comes later reads what was asked', async () => {
  const { admin, orgId, userid } = await world.orgWithAdmin()
  const { code } = (await admin.call('GET', `/orgs/${orgId}/invite`)).body
  const [li, wang] = [await world.person('李一'), await world.person('王二')]
  for (const person of [li, wang]) await person.call('POST', `/join-codes/${code}`, { name: '同事' })

  // At the same moment: one group.
  const [first, again] = await Promise.all([
    li.call('POST', `/orgs/${orgId}/help-group`),
    li.call('POST', `/orgs/${orgId}/help-group`),
  ])
  expect([first.status, again.status]).toEqual([200, 200])
  const { id, name } = first.body
  expect(again.body.id).toBe(id)
  expect(name).toBe('使用帮助群')
  const members = (await li.call('GET', `/orgs/${orgId}/groups/${id}/members`)).body
  expect(members.total).toBe(2)
  expect(members.items[0]).toMatchObject({ userid, isOwner: true })
  expect(
    (await admin.call('GET', `/conversations?orgId=${orgId}`)).body.items.map((item: Json) => item.id),
  ).toContain(id)

  const content = { msgtype: 'text', text: { content: '管理密码忘了怎么办？' } }
  await li.call('POST', `/orgs/${orgId}/conversations/${id}/messages`, { content })
  const messages = `/orgs/${orgId}/conversations/${id}/messages`
  expect((await wang.call('GET', messages)).status).toBe(404)
  expect((await wang.call('POST', `/orgs/${orgId}/help-group`)).body.id).toBe(id)
  const read: Json = (await wang.call('GET', messages)).body
  expect(read.items.map((item: Json) => item.content.text?.content)).toContain('管理密码忘了怎么办？')

  const stranger = await world.person('路人')
  expect((await stranger.call('POST', `/orgs/${orgId}/help-group`)).status).toBe(404)
})

it('Z-11: a help group that was ended begins anew', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const { id } = (await admin.call('POST', `/orgs/${orgId}/help-group`)).body
  expect((await admin.call('DELETE', `/orgs/${orgId}/groups/${id}`)).status).toBe(200)
  const anew = await admin.call('POST', `/orgs/${orgId}/help-group`)
  expect(anew.status).toBe(200)
  expect(anew.body.id).not.toBe(id)
})
