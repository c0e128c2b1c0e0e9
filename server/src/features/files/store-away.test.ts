import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClient, ProblemError } from '@kangbao/shared/contracts/client.ts'
import { uploadFile } from '@kangbao/shared/contracts/files.ts'
import { fakeS3Key, startFakeS3, type FakeS3 } from '../../../test/fake-s3.ts'
import { rowsOf } from '../../../test/host.ts'
import { pdf, phonePhoto } from '../../../test/pictures.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, type World } from '../../../test/world.ts'

let fake: FakeS3
let server: TestServer
let world: World
let origin: string
beforeAll(async () => {
  fake = await startFakeS3()
  server = await startTestServer({
    config: {
      S3_BUCKET: 'kangbao',
      S3_ENDPOINT: fake.url,
      S3_ACCESS_KEY: fakeS3Key.id,
      S3_SECRET_KEY: fakeS3Key.secret,
      S3_PATH_STYLE: true,
      RATE_LIMIT_SCALE: 100,
    },
  })
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  origin = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
  world = await newWorld(server)
  server.startJobs()
})
afterAll(async () => {
  await server.close()
  await fake.close()
})

const send = (bytes: Buffer, purpose: 'photo' | 'document') =>
  createClient({ baseUrl: `${origin}/api`, fetch, token: () => world.member.token }).call(
    uploadFile,
    { query: { purpose } },
    { file: { bytes: new Blob([new Uint8Array(bytes)]), name: '文件' } },
  )
const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => 'taken',
    (error: unknown) => (error instanceof ProblemError ? error.problem : String(error)),
  )
const rows = () => rowsOf<{ id: string }>(server, world.orgId, 'select id from files')

it('X-06: a photo and a document go through a store elsewhere, sealed, and come back by their links', async () => {
  const document = pdf()
  const [photo, paper] = [await send(await phonePhoto(), 'photo'), await send(document, 'document')]
  const back = Buffer.from(await (await fetch(`${origin}${paper.links?.content ?? ''}`)).arrayBuffer())
  expect(back.equals(document)).toBe(true)
  const part = await fetch(`${origin}${paper.links?.content ?? ''}`, { headers: { range: 'bytes=5-19' } })
  expect([part.status, Buffer.from(await part.arrayBuffer()).equals(document.subarray(5, 20))]).toEqual([
    206,
    true,
  ])
  expect((await fetch(`${origin}${photo.links?.thumbnail ?? ''}`)).headers.get('content-type')).toBe(
    'image/webp',
  )
  for (const stored of fake.objects.values()) expect(stored.includes('%PDF')).toBe(false)
  // The picture as it came is gone: content and thumbnail of one, content of the other.
  expect(fake.objects.size).toBe(3)
})

it('R-43: a store that is away is told in words with a time to come back; nothing half-written stays', async () => {
  const kept = (await rows()).length
  const readable = await send(pdf(), 'document')
  const before = [...fake.objects.keys()]
  fake.always = 'refuse'
  const away = { status: 503, code: 'server.unavailable' }
  expect(await problemOf(send(pdf(), 'document'))).toMatchObject(away)
  expect(await problemOf(send(await phonePhoto(), 'photo'))).toMatchObject(away)
  const read = await fetch(`${origin}${readable.links?.content ?? ''}`)
  expect(read.status).toBe(503)
  expect(read.headers.get('retry-after')).toBe('2')
  expect(read.headers.get('content-disposition')).toBeNull()
  expect(await read.json()).toMatchObject(away)
  expect((await rows()).length).toBe(kept + 1)

  fake.always = null
  expect([...fake.objects.keys()]).toEqual(before)
  expect([...fake.unfinished]).toEqual([])
  expect((await fetch(`${origin}${readable.links?.content ?? ''}`)).status).toBe(200)
  expect((await send(pdf(), 'document')).state).toBe('ready')
})

it('R-43: a store that goes away after the picture arrived takes what arrived back when it returns', async () => {
  const before = [...fake.objects.keys()]
  fake.requests.length = 0
  // The arrival is stored and read again; what is drawn from it finds nobody.
  fake.faults = []
  const watch = setInterval(() => {
    if (fake.requests.some((line) => line.startsWith('GET'))) fake.always = 'refuse'
  }, 5)
  expect(await problemOf(send(await phonePhoto({ width: 900, height: 700 }), 'photo'))).toMatchObject({
    status: 503,
  })
  clearInterval(watch)
  expect(fake.objects.size).toBe(before.length + 1)
  fake.always = null
  server.deps.clock.advance(3_600_000)
  await until(
    () => fake.objects.size,
    (size) => size === before.length,
  )
})
