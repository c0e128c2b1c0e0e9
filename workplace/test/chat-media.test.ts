import { afterAll, beforeAll, expect, it } from 'vitest'
import { maxMediaBytes } from '../contracts/messages.ts'
import { newWorld, type Json, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  Buffer.alloc(40, 1),
])

interface Chat {
  person: Person
  orgId: string
  id: string
}

async function chat(): Promise<Chat> {
  const { admin, orgId } = await world.orgWithAdmin()
  const { items } = (await admin.call('GET', `/conversations?orgId=${orgId}`)).body
  return { person: admin, orgId, id: items[0].id }
}

const store = async ({ person, orgId }: Chat, name: string, bytes: Buffer): Promise<string> =>
  (await person.upload(`/orgs/${orgId}/media`, name, bytes)).body.mediaId
const send = ({ person, orgId, id }: Chat, content: Json) =>
  person.call('POST', `/orgs/${orgId}/conversations/${id}/messages`, { content })
const fetched = (mediaId: string) =>
  world.app.inject({ url: `/client-api/media/${encodeURIComponent(mediaId)}` })

it('Z-08: a file is sent with the name and size it was stored under, and downloaded with the right headers', async () => {
  const made = await chat()
  const bytes = Buffer.from('序号,姓名\n1,李一\n')
  const media_id = await store(made, '人员名单 (一).csv', bytes)
  const sent = await send(made, { msgtype: 'file', file: { media_id, file_name: 'virus.exe', size: 1 } })
  expect(sent.body.content).toEqual({
    msgtype: 'file',
    file: { media_id, file_name: '人员名单 (一).csv', size: bytes.length },
  })
  const { items } = (await made.person.call('GET', `/conversations?orgId=${made.orgId}`)).body
  expect(items[0]).toMatchObject({ lastKind: 'file', lastText: '人员名单 (一).csv' })

  const reply = await fetched(media_id)
  expect(reply.rawPayload).toEqual(bytes)
  expect(reply.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="____ (_).csv"; filename*=UTF-8''%E4%BA%BA%E5%91%98%E5%90%8D%E5%8D%95%20%28%E4%B8%80%29.csv`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'content-length': String(bytes.length),
  })
})

it('Z-08: a picture keeps its small one and its size, and is shown in its place', async () => {
  const made = await chat()
  const [media_id, thumb_media_id] = [await store(made, 'a.png', png), await store(made, 'b.png', png)]
  const image = { media_id, thumb_media_id, width: 800, height: 600 }
  expect((await send(made, { msgtype: 'image', image })).body.content).toEqual({ msgtype: 'image', image })
  const reply = await fetched(media_id)
  expect([reply.headers['content-type'], String(reply.headers['content-disposition']).split(';')[0]]).toEqual(
    ['image/png', 'inline'],
  )
})

it('Z-08: bytes are what they are, whatever they are called: a page or a drawing with scripts is never shown', async () => {
  const made = await chat()
  for (const [name, text] of [
    ['a.png', '<html><script>alert(1)</script>'],
    ['b.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
  ] as const) {
    const media_id = await store(made, name, Buffer.from(text))
    expect((await send(made, { msgtype: 'image', image: { media_id } })).body.code).toBe('media.type')
    const { headers } = await fetched(media_id)
    expect(headers['content-type']).toBe('application/octet-stream')
    expect(headers['content-disposition']).toMatch(/^attachment/)
  }
})

it('Z-08: what was not stored, or by another org, is not sent; too large and empty files are refused', async () => {
  const [made, other] = [await chat(), await chat()]
  const foreign = await store(other, 'a.png', png)
  for (const media_id of [foreign, '@nobody'])
    for (const content of [
      { msgtype: 'image', image: { media_id } },
      { msgtype: 'file', file: { media_id } },
    ])
      expect((await send(made, content)).body.code).toBe('media.missing')
  const upload = (bytes: Buffer) => made.person.upload(`/orgs/${made.orgId}/media`, 'big.bin', bytes)
  expect((await upload(Buffer.alloc(0))).body.code).toBe('media.type')
  expect((await upload(Buffer.alloc(maxMediaBytes + 1))).body.code).toBe('media.too-large')
  expect((await upload(Buffer.alloc(maxMediaBytes))).status).toBe(200)
})

it('Z-08: people write text, pictures, files and links; cards are for apps, and nothing is not written', async () => {
  const made = await chat()
  const markdown = { msgtype: 'markdown', markdown: { title: '通知', text: '# 通知' } }
  const notice = { msgtype: 'notice', notice: { act: 'left', by: '王', names: [], count: 0, title: '' } }
  for (const content of [
    markdown,
    notice,
    { msgtype: 'oa', oa: {} },
    { msgtype: 'voice', voice: { media_id: '@x' } },
  ])
    expect((await send(made, content)).body.code).toBe('message.not-allowed')
  for (const content of [
    { msgtype: 'text', text: { content: '  ' } },
    { msgtype: 'text' },
    { msgtype: 'nothing' },
  ])
    expect((await send(made, content)).body.code).toBe('request.invalid')
  const two = await send(made, { ...markdown, text: { content: '收到' } })
  expect(two.body.code).toBe('message.not-allowed')
  expect(
    (await send(made, { msgtype: 'text', text: { content: '收到 👍🏽' } })).body.content.text.content,
  ).toBe('收到 👍🏽')
})

it('Z-08: a hostile file name is made plain, a long one keeps its kind', async () => {
  const made = await chat()
  const names: string[] = []
  for (const name of ['..\\\\..\\\\etc\\\\passwd.txt', 'a\u202egpj.exe', `${'长'.repeat(300)}.xlsx`]) {
    const media_id = await store(made, name, Buffer.from('x'))
    const sent = await send(made, { msgtype: 'file', file: { media_id } })
    names.push(sent.body.content.file.file_name)
    expect((await fetched(media_id)).statusCode).toBe(200)
  }
  expect(names.slice(0, 2)).toEqual(['passwd.txt', 'agpj.exe'])
  expect([names[2]?.length, names[2]?.endsWith('长.xlsx')]).toEqual([200, true])
})
