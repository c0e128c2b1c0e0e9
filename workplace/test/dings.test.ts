import { afterAll, beforeAll, expect, it } from 'vitest'
import { newWorld, type Json, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

async function team(names: readonly string[]) {
  const { admin, orgId } = await world.orgWithAdmin()
  const { code } = (await admin.call('GET', `/orgs/${orgId}/invite`)).body
  const people: { person: Person; userid: string }[] = []
  for (const name of names) {
    const person = await world.person(name)
    await person.call('POST', `/join-codes/${code}`, { name })
    people.push({ person, userid: (await person.call('GET', `/orgs/${orgId}`)).body.userid })
  }
  return { admin, orgId, people }
}

it('Z-08: the sender of a DING sees who has confirmed, in pages, and reminds the others by a card, not every minute', async () => {
  const { admin, orgId, people } = await team(['李一', '王二', '赵三'])
  const [li, wang] = people
  if (!li || !wang) throw new Error('no people')
  const sent = await admin.call('POST', `/orgs/${orgId}/dings`, {
    userids: people.map(({ userid }) => userid),
    text: '明早八点消防演练',
  })
  const path = `/orgs/${orgId}/dings/${sent.body.id}`
  await li.person.call('POST', `${path}/confirm`)
  const first = (await admin.call('GET', `${path}/receivers?limit=2`)).body
  const rest = (await admin.call('GET', `${path}/receivers?limit=2&cursor=${first.next}`)).body
  const all = [...first.items, ...rest.items]
  expect(all.map(({ confirmedAt }: Json) => confirmedAt !== null)).toEqual([false, false, true])
  expect([new Set(all.map(({ name }: Json) => name)).size, rest.next]).toEqual([3, null])

  expect((await wang.person.call('POST', `${path}/reminders`)).body.code).toBe('resource.missing')
  expect((await wang.person.call('GET', `${path}/receivers`)).body.code).toBe('resource.missing')
  expect((await admin.call('POST', `${path}/reminders`)).body).toEqual({ reminded: 2 })
  const chats = (await wang.person.call('GET', `/conversations?orgId=${orgId}`)).body.items
  const direct = chats.find(({ kind }: Json) => kind === 'direct')
  expect(direct).toMatchObject({ unread: 1, lastKind: 'ding', lastText: '明早八点消防演练' })
  const { items } = (await wang.person.call('GET', `/orgs/${orgId}/conversations/${direct.id}/messages`)).body
  expect(items[0].content.ding).toEqual({ dingId: sent.body.id, text: '明早八点消防演练' })
  const mine = (await li.person.call('GET', `/conversations?orgId=${orgId}`)).body.items
  expect(mine.some(({ kind }: Json) => kind === 'direct')).toBe(false)

  const soon = await admin.call('POST', `${path}/reminders`)
  expect([soon.status, soon.body.code]).toEqual([429, 'ding.reminded'])
  world.clock.advance(10 * 60_000)
  await wang.person.call('POST', `${path}/confirm`)
  expect((await admin.call('POST', `${path}/reminders`)).body).toEqual({ reminded: 1 })
})

it('Z-08: DINGs come in pages, are counted while they wait, and are read by those they concern only', async () => {
  const { admin, orgId, people } = await team(['李一', '王二'])
  const [li, wang] = people
  if (!li || !wang) throw new Error('no people')
  const texts = ['第一', '第二', '第三', '第四', '第五']
  const ids: string[] = []
  for (const text of texts)
    ids.push((await admin.call('POST', `/orgs/${orgId}/dings`, { userids: [li.userid], text })).body.id)
  const seen: string[] = []
  let cursor = ''
  do {
    const reply: Json = (await li.person.call('GET', `/dings?limit=2&cursor=${cursor}`)).body
    expect(reply.items.length).toBeLessThanOrEqual(2)
    seen.push(...reply.items.map(({ text }: Json) => text))
    cursor = reply.next ?? ''
  } while (cursor)
  expect(seen).toEqual(texts.toReversed())
  expect((await li.person.call('GET', '/dings?cursor=WyJ4Il0')).body.code).toBe('request.invalid')

  expect((await li.person.call('GET', '/dings/count')).body).toEqual({ toConfirm: 5 })
  await li.person.call('POST', `/orgs/${orgId}/dings/${ids[0]}/confirm`)
  expect((await li.person.call('GET', '/dings/count')).body).toEqual({ toConfirm: 4 })
  expect((await admin.call('GET', '/dings/count')).body).toEqual({ toConfirm: 0 })

  const path = `/orgs/${orgId}/dings/${ids[1]}`
  expect((await li.person.call('GET', path)).body).toMatchObject({ text: '第二', isMine: false })
  expect((await admin.call('GET', path)).body).toMatchObject({ text: '第二', isMine: true })
  expect((await wang.person.call('GET', path)).body.code).toBe('resource.missing')
})
