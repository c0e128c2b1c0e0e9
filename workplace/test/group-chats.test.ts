import { afterAll, beforeAll, expect, it } from 'vitest'
import { newWorld, type Json, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

interface Team {
  admin: Person
  orgId: string
  adminId: string
  /** In the order of their names. */
  people: { person: Person; userid: string }[]
}

async function team(...names: string[]): Promise<Team> {
  const { admin, orgId, userid } = await world.orgWithAdmin()
  const { code } = (await admin.call('GET', `/orgs/${orgId}/invite`)).body
  const people: Team['people'] = []
  for (const name of names) {
    const person = await world.person(name)
    await person.call('POST', `/join-codes/${code}`, { name })
    people.push({ person, userid: (await person.call('GET', `/orgs/${orgId}`)).body.userid })
  }
  return { admin, orgId, adminId: userid, people }
}

const listOf = async (person: Person, orgId: string): Promise<Json[]> =>
  (await person.call('GET', `/conversations?orgId=${orgId}`)).body.items
const groupOf = async (person: Person, orgId: string, id: string): Promise<Json> =>
  (await listOf(person, orgId)).find((item: Json) => item.id === id)
const say = (person: Person, orgId: string, id: string, content: string, clientId?: string) =>
  person.call('POST', `/orgs/${orgId}/conversations/${id}/messages`, {
    content: { msgtype: 'text', text: { content } },
    ...(clientId && { clientId }),
  })
const read = async (person: Person, orgId: string, id: string, query = ''): Promise<Json> =>
  (await person.call('GET', `/orgs/${orgId}/conversations/${id}/messages${query}`)).body
const textsOf = (page: Json): string[] =>
  page.items.map(({ content }: Json) => content.text?.content ?? content.notice?.act ?? '')

it('Z-08: chosen people have a group: called after them, written in by all of them, seen by nobody else', async () => {
  const { orgId, people } = await team('李一', '王二', '赵三')
  const [li, wang, zhao] = people
  if (!li || !wang || !zhao) throw new Error('no people')
  const made = await li.person.call('POST', `/orgs/${orgId}/groups`, {
    userids: [wang.userid, wang.userid, li.userid],
  })
  expect(made.body).toMatchObject({ kind: 'group', name: '李一、王二', canWrite: true, unread: 0 })
  const { id } = made.body
  await say(li.person, orgId, id, '明早八点开会')
  expect(await groupOf(wang.person, orgId, id)).toMatchObject({
    unread: 1,
    lastText: '明早八点开会',
    lastKind: 'text',
    lastSender: '李一',
  })
  expect(textsOf(await read(wang.person, orgId, id))).toEqual(['明早八点开会', 'created'])

  expect(await groupOf(zhao.person, orgId, id)).toBeUndefined()
  const path = `/orgs/${orgId}/conversations/${id}`
  for (const reply of [
    await zhao.person.call('GET', path),
    await zhao.person.call('GET', `${path}/messages`),
    await say(zhao.person, orgId, id, '我也来'),
    await zhao.person.call('POST', `/orgs/${orgId}/groups/${id}/members`, { userids: [zhao.userid] }),
    await zhao.person.call('PATCH', `${path}/settings`, { isMuted: true }),
  ])
    expect([reply.status, reply.body.code]).toEqual([404, 'resource.missing'])
  const strangers = await team('外人')
  const outside = strangers.people[0]?.person
  expect((await outside?.call('GET', path))?.status).toBe(404)
  const foreign = await li.person.call('POST', `/orgs/${orgId}/groups`, { userids: [strangers.adminId] })
  expect(foreign.body.code).toBe('request.invalid')
})

it('Z-08: people come in, are taken out and leave; who came has read what was before; the group says what happened', async () => {
  const { orgId, people } = await team('李一', '王二', '赵三')
  const [li, wang, zhao] = people
  if (!li || !wang || !zhao) throw new Error('no people')
  const made = await li.person.call('POST', `/orgs/${orgId}/groups`, {
    userids: [wang.userid],
    name: '  三号楼施工 ',
  })
  const { id } = made.body
  expect(made.body.name).toBe('三号楼施工')
  const group = `/orgs/${orgId}/groups/${id}`
  await say(li.person, orgId, id, '先前的话')
  expect((await wang.person.call('POST', `${group}/members`, { userids: [zhao.userid] })).status).toBe(200)
  expect((await groupOf(zhao.person, orgId, id)).unread).toBe(0)
  await say(li.person, orgId, id, '后来的话')
  expect((await groupOf(zhao.person, orgId, id)).unread).toBe(1)

  const listed = await zhao.person.call('GET', `${group}/members`)
  expect(listed.body).toMatchObject({ total: 3, isMine: false, isChosen: true, next: null })
  expect(listed.body.items.map(({ name, isOwner }: Json) => [name, isOwner])).toEqual([
    ['李一', true],
    ['王二', false],
    ['赵三', false],
  ])
  const first = (await zhao.person.call('GET', `${group}/members?limit=2`)).body
  const rest = (await zhao.person.call('GET', `${group}/members?limit=2&cursor=${first.next}`)).body
  expect([...first.items, ...rest.items].map(({ name }: Json) => name)).toEqual(['李一', '王二', '赵三'])

  for (const reply of [
    await wang.person.call('DELETE', `${group}/members/${zhao.userid}`),
    await wang.person.call('PATCH', group, { name: '别的' }),
    await wang.person.call('POST', `${group}/owner`, { userid: wang.userid }),
    await wang.person.call('DELETE', group),
  ])
    expect(reply.body.code).toBe('group.not-owner')
  expect((await li.person.call('DELETE', `${group}/members/${zhao.userid}`)).status).toBe(200)
  expect((await read(zhao.person, orgId, id)).code).toBe('resource.missing')
  expect((await li.person.call('DELETE', `${group}/members/${zhao.userid}`)).body.code).toBe(
    'resource.missing',
  )
  expect((await li.person.call('PATCH', group, { name: '   ' })).body.code).toBe('request.invalid')
  expect((await li.person.call('PATCH', group, { name: '四号楼' })).body.name).toBe('四号楼')
  expect((await wang.person.call('POST', `${group}/leave`)).status).toBe(200)
  const notices = (await read(li.person, orgId, id)).items
    .map(({ content }: Json) => content.notice)
    .filter(Boolean)
  expect(notices.map(({ act, by, names, title }: Json) => [act, by, names, title]).reverse()).toEqual([
    ['created', '李一', ['王二'], ''],
    ['added', '王二', ['赵三'], ''],
    ['removed', '李一', ['赵三'], ''],
    ['renamed', '李一', [], '四号楼'],
    ['left', '王二', [], ''],
  ])
})

it('Z-08: the owner hands over; one who leaves the org is followed by who was in it longest; the owner ends it', async () => {
  const { admin, orgId, people } = await team('李一', '王二', '赵三')
  const [li, wang, zhao] = people
  if (!li || !wang || !zhao) throw new Error('no people')
  const { id } = (
    await li.person.call('POST', `/orgs/${orgId}/groups`, { userids: [wang.userid, zhao.userid] })
  ).body
  const group = `/orgs/${orgId}/groups/${id}`
  const owner = async () =>
    (await zhao.person.call('GET', `${group}/members`)).body.items.find(({ isOwner }: Json) => isOwner)?.name
  await li.person.call('POST', `${group}/owner`, { userid: zhao.userid })
  expect(await owner()).toBe('赵三')
  expect((await li.person.call('DELETE', group)).body.code).toBe('group.not-owner')
  await zhao.person.call('POST', `${group}/owner`, { userid: wang.userid })
  expect((await admin.call('DELETE', `/orgs/${orgId}/members/${wang.userid}`)).status).toBe(200)
  expect(['李一', '赵三']).toContain(await owner())
  const heir = (await owner()) === '李一' ? li : zhao
  expect((await heir.person.call('DELETE', group)).body).toEqual({ done: true })
  expect((await read(zhao.person, orgId, id)).code).toBe('resource.missing')
  expect(await groupOf(li.person, orgId, id)).toBeUndefined()
})

it('Z-08: the chat of a department is in step with the directory: who joins, moves and leaves', async () => {
  const { admin, orgId, people } = await team('李一', '王二')
  const [li, wang] = people
  if (!li || !wang) throw new Error('no people')
  const dept = async (name: string) =>
    (await admin.call('POST', `/orgs/${orgId}/departments`, { name, parentId: 1, makeChat: true })).body
      .deptId
  const [first, second] = [await dept('一车间'), await dept('二车间')]
  const move = (userid: string, deptId: number) =>
    admin.call('PATCH', `/orgs/${orgId}/members/${userid}`, { departments: [{ deptId }] })
  const chats = async (person: Person) =>
    (await listOf(person, orgId)).filter(({ kind }) => kind === 'department').map(({ name }) => name)
  expect(await chats(li.person)).toEqual([])
  await move(li.userid, first)
  await move(wang.userid, first)
  expect(await chats(li.person)).toEqual(['一车间'])
  const [chat] = (await listOf(li.person, orgId)).filter(({ kind }) => kind === 'department')
  await say(li.person, orgId, chat.id, '交接班')
  expect((await groupOf(wang.person, orgId, chat.id)).unread).toBe(1)
  expect((await li.person.call('GET', `/orgs/${orgId}/groups/${chat.id}/members`)).body).toMatchObject({
    total: 2,
    isMine: false,
    isChosen: false,
  })
  expect((await li.person.call('POST', `/orgs/${orgId}/groups/${chat.id}/leave`)).body.code).toBe(
    'resource.missing',
  )

  await move(wang.userid, second)
  expect(await chats(wang.person)).toEqual(['二车间'])
  expect((await say(wang.person, orgId, chat.id, '还在吗')).body.code).toBe('resource.missing')
  await admin.call('PATCH', `/orgs/${orgId}/departments/${first}`, { name: '一车间（白班）' })
  expect(await chats(li.person)).toEqual(['一车间（白班）'])
  await admin.call('DELETE', `/orgs/${orgId}/members/${li.userid}`)
  expect((await listOf(li.person, orgId)).length).toBe(0)
})

it('Z-08: history is paged both ways, without holes or doubles', async () => {
  const { orgId, people } = await team('李一', '王二')
  const [li, wang] = people
  if (!li || !wang) throw new Error('no people')
  const { id } = (await li.person.call('POST', `/orgs/${orgId}/groups`, { userids: [wang.userid] })).body
  for (let at = 1; at <= 7; at += 1) await say(li.person, orgId, id, `第${at}句`)
  const newest = await read(wang.person, orgId, id, '?limit=3')
  expect(textsOf(newest)).toEqual(['第7句', '第6句', '第5句'])
  const older = await read(wang.person, orgId, id, `?limit=3&cursor=${newest.next}`)
  expect(textsOf(older)).toEqual(['第4句', '第3句', '第2句'])
  const end = await read(wang.person, orgId, id, `?limit=3&cursor=${older.next}`)
  expect([textsOf(end), end.next]).toEqual([['第1句', 'created'], null])

  const after = older.items.at(-1).id
  const forward = await read(wang.person, orgId, id, `?limit=3&after=${after}`)
  expect(textsOf(forward)).toEqual(['第3句', '第4句', '第5句'])
  const rest = await read(wang.person, orgId, id, `?limit=3&after=${after}&cursor=${forward.next}`)
  expect([textsOf(rest), rest.next]).toEqual([['第6句', '第7句'], null])
  const madeUp = Buffer.from('["nonsense"]').toString('base64url')
  expect((await read(wang.person, orgId, id, `?cursor=${madeUp}`)).code).toBe('request.invalid')
})

it('Z-08: the list of conversations is paged, pinned ones first; a muted one counts in no badge', async () => {
  const { orgId, people } = await team('李一', '王二')
  const [li, wang] = people
  if (!li || !wang) throw new Error('no people')
  const ids: string[] = []
  for (let at = 1; at <= 4; at += 1) {
    const made = await li.person.call('POST', `/orgs/${orgId}/groups`, {
      userids: [wang.userid],
      name: `第${at}组`,
    })
    ids.push(made.body.id)
    world.clock.advance(1000)
    await say(li.person, orgId, made.body.id, '在吗')
  }
  const again = wang.person
  const settings = `/orgs/${orgId}/conversations/${ids[0]}/settings`
  expect((await again.call('PATCH', settings, { isPinned: true })).body.isPinned).toBe(true)
  const names: string[] = []
  let cursor = ''
  do {
    const page: Json = (await again.call('GET', `/conversations?orgId=${orgId}&limit=2${cursor}`)).body
    names.push(...page.items.map(({ name }: Json) => name))
    cursor = page.next ? `&cursor=${page.next}` : ''
  } while (cursor)
  expect(names).toEqual(['第1组', '第4组', '第3组', '第2组', '河南测试有限公司 全员群'])

  const badge = async () => (await again.call('GET', '/me')).body.orgs[0].unread
  expect(await badge()).toBe(4)
  await again.call('PATCH', settings, { isMuted: true })
  expect(await badge()).toBe(3)
  expect(await groupOf(again, orgId, ids[0] ?? '')).toMatchObject({
    isMuted: true,
    isPinned: true,
    unread: 1,
  })
  expect(await groupOf(li.person, orgId, ids[0] ?? '')).toMatchObject({ isMuted: false, isPinned: false })
})

it('Z-08: one takes back one’s own message within two minutes; what it said is gone for everybody', async () => {
  const { orgId, people } = await team('李一', '王二')
  const [li, wang] = people
  if (!li || !wang) throw new Error('no people')
  const { id } = (await li.person.call('POST', `/orgs/${orgId}/groups`, { userids: [wang.userid] })).body
  const sent = (await say(li.person, orgId, id, '发错了')).body
  const recall = (person: Person, messageId: string) =>
    person.call('POST', `/orgs/${orgId}/conversations/${id}/messages/${messageId}/recall`)
  expect((await recall(wang.person, sent.id)).body.code).toBe('resource.missing')
  world.clock.advance(119_000)
  expect((await recall(li.person, sent.id)).body).toMatchObject({ isRecalled: true, senderName: '李一' })
  expect((await recall(li.person, sent.id)).status).toBe(200)
  const page = await read(wang.person, orgId, id)
  expect(JSON.stringify(page)).not.toContain('发错了')
  expect(page.items[0].isRecalled).toBe(true)
  expect(await groupOf(wang.person, orgId, id)).toMatchObject({
    unread: 0,
    lastKind: 'recalled',
    lastText: '',
  })
  const late = (await say(li.person, orgId, id, '来不及了')).body
  world.clock.advance(121_000)
  expect((await recall(li.person, late.id)).body.code).toBe('message.recall-late')
})

it('Z-08: a message sent twice is one message, also when both come at once', async () => {
  const { orgId, people } = await team('李一', '王二')
  const [li, wang] = people
  if (!li || !wang) throw new Error('no people')
  const { id } = (await li.person.call('POST', `/orgs/${orgId}/groups`, { userids: [wang.userid] })).body
  const replies = await Promise.all(
    Array.from({ length: 5 }, () => say(li.person, orgId, id, '只发一次', 'tap-00000001')),
  )
  replies.push(await say(li.person, orgId, id, '只发一次', 'tap-00000001'))
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
  expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1)
  await say(wang.person, orgId, id, '我的', 'tap-00000001')
  expect(textsOf(await read(wang.person, orgId, id))).toEqual(['我的', '只发一次', 'created'])
})
