import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localFiles } from '../src/adapters/local-files.ts'
import { s3Files, type S3Settings } from '../src/adapters/s3/files.ts'
import { newId } from '../src/db/ids.ts'
import { FileStoreAway, type FilePlace, type FileStore } from '../src/ports/file-store.ts'
import { fakeS3Key, startFakeS3, type FakeS3 } from './fake-s3.ts'

const mebibyte = 1024 * 1024
const newPlace = (part: FilePlace['part'] = 'content'): FilePlace => ({
  orgId: newId(),
  fileId: newId(),
  part,
})

async function* pieces(bytes: Buffer, size = 64 * 1024 + 17): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    await sleep(0)
    yield bytes.subarray(at, at + size)
  }
}

async function whole(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of source) all.push(piece)
  return Buffer.concat(all)
}

/** What every file store has to keep, whichever it is. */
function keepsItsPromises(make: () => FileStore): void {
  it.each([1, 100, 64 * 1024, 5 * mebibyte, 5 * mebibyte + 1, 12 * mebibyte])(
    'X-06: %i bytes come back as they went',
    async (length) => {
      const [store, place, bytes] = [make(), newPlace(), randomBytes(length)]
      await store.write(place, pieces(bytes))
      expect((await whole(store.read(place, { start: 0, end: length }))).equals(bytes)).toBe(true)
    },
  )

  it('X-06: a range is given as asked, to the byte', async () => {
    const [store, place, bytes] = [make(), newPlace(), randomBytes(300_000)]
    await store.write(place, pieces(bytes))
    for (const [start, end] of [
      [0, 1],
      [299_999, 300_000],
      [70_000, 200_001],
    ] as const)
      expect((await whole(store.read(place, { start, end }))).equals(bytes.subarray(start, end))).toBe(true)
  })

  it('X-06: parts of a file, files and orgs do not touch each other', async () => {
    const store = make()
    const file = newPlace()
    const places = [file, { ...file, part: 'thumbnail' as const }, { ...file, orgId: newId() }, newPlace()]
    const contents = places.map(() => randomBytes(1_000))
    await Promise.all(places.map((place, at) => store.write(place, pieces(contents[at] ?? Buffer.alloc(0)))))
    await store.remove(file)
    await expect(whole(store.read(file, { start: 0, end: 1_000 }))).rejects.toThrow()
    for (const at of [1, 2, 3]) {
      const read = await whole(store.read(places[at] ?? file, { start: 0, end: 1_000 }))
      expect(read.equals(contents[at] ?? Buffer.alloc(0))).toBe(true)
    }
  })

  it('X-06: what is not there cannot be read, and is removed as often as one likes', async () => {
    const [store, place] = [make(), newPlace()]
    await expect(whole(store.read(place, { start: 0, end: 10 }))).rejects.toThrow()
    await store.remove(place)
    await store.write(place, pieces(randomBytes(10)))
    await store.remove(place)
    await store.remove(place)
    await expect(whole(store.read(place, { start: 0, end: 10 }))).rejects.toThrow()
  })

  it.each([100, 11 * mebibyte])('X-06: a sender who breaks off after %i bytes is told on', async (length) => {
    const [store, place] = [make(), newPlace()]
    async function* broken() {
      yield* pieces(randomBytes(length))
      throw new Error('the sender hung up')
    }
    await expect(store.write(place, broken())).rejects.toThrow('the sender hung up')
    await store.remove(place)
    await expect(whole(store.read(place, { start: 0, end: 10 }))).rejects.toThrow()
  })

  it('X-06: a reader may leave in the middle', async () => {
    const [store, place, bytes] = [make(), newPlace(), randomBytes(3 * mebibyte)]
    await store.write(place, pieces(bytes))
    for await (const piece of store.read(place, { start: 0, end: bytes.length })) {
      expect(piece.length).toBeGreaterThan(0)
      break
    }
    expect((await whole(store.read(place, { start: 0, end: bytes.length }))).equals(bytes)).toBe(true)
  })

  it('S-66: a place that is no id is refused before anything is touched', async () => {
    const place = { orgId: '../../etc', fileId: newId(), part: 'content' as const }
    await expect(make().write(place, pieces(randomBytes(10)))).rejects.toThrow()
  })
}

describe('a folder of this machine', () => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'kangbao-files-'))
  })
  afterAll(() => rm(root, { recursive: true, force: true }))
  keepsItsPromises(() => localFiles(root))
})

/** A real store for this suite, made by hand: `S3_TEST_ENDPOINT`, `…_BUCKET`, `…_KEY`, `…_SECRET`. */
const { S3_TEST_ENDPOINT, S3_TEST_BUCKET = 'kangbao', S3_TEST_KEY = '', S3_TEST_SECRET = '' } = process.env
if (S3_TEST_ENDPOINT)
  describe('a real S3 store', () => {
    keepsItsPromises(() =>
      s3Files({
        bucket: S3_TEST_BUCKET,
        region: 'us-east-1',
        endpoint: S3_TEST_ENDPOINT,
        isPathStyle: true,
        key: { id: S3_TEST_KEY, secret: S3_TEST_SECRET },
      }),
    )
  })

describe('an S3 store', () => {
  let fake: FakeS3
  beforeAll(async () => {
    fake = await startFakeS3()
  })
  afterAll(() => fake.close())
  const settings = (): S3Settings => ({
    bucket: 'kangbao',
    region: 'cn-henan-1',
    endpoint: fake.url,
    isPathStyle: true,
    key: fakeS3Key,
    silenceMs: 300,
  })
  const make = (more: Partial<S3Settings> = {}) => s3Files({ ...settings(), ...more })
  keepsItsPromises(make)

  it('X-06: large files go in parts, and no upload that failed leaves any', async () => {
    expect(fake.requests.filter((line) => line === 'POST uploads').length).toBeGreaterThan(2)
    expect([...fake.unfinished]).toEqual([])
  })

  it('X-06: the names are those of the folder, so that one copies to the other', async () => {
    const [place, bytes] = [newPlace(), randomBytes(10)]
    await make().write(place, pieces(bytes))
    expect(fake.objects.has(`${place.orgId}/${place.fileId.slice(-2)}/${place.fileId}.content`)).toBe(true)
  })

  it('R-43: refusals and cut lines are tried again, and a download goes on where it broke', async () => {
    const [store, place, bytes] = [make(), newPlace(), randomBytes(mebibyte)]
    fake.faults = ['refuse', 'reset']
    await store.write(place, pieces(bytes))
    fake.faults = ['refuse', 'cut', 'cut']
    expect((await whole(store.read(place, { start: 5, end: mebibyte }))).equals(bytes.subarray(5))).toBe(true)
    fake.faults = ['hang', 'reset']
    await store.remove(place)
    expect(fake.faults).toEqual([])
  })

  it.each(['refuse', 'hang'] as const)(
    'R-43: a store that will %s is away, soon and in so many words',
    async (fault) => {
      const [store, place] = [make(), newPlace()]
      fake.always = fault
      const began = performance.now()
      await expect(store.write(place, pieces(randomBytes(100)))).rejects.toThrow(FileStoreAway)
      await expect(whole(store.read(place, { start: 0, end: 100 }))).rejects.toThrow(FileStoreAway)
      await expect(store.remove(place)).rejects.toThrow(FileStoreAway)
      fake.always = null
      expect(performance.now() - began).toBeLessThan(10_000)
    },
  )

  it('R-43: an upload that fails in its middle leaves no object', async () => {
    const [store, place] = [make(), newPlace()]
    fake.faults = []
    async function* whileItGoesAway() {
      yield* pieces(randomBytes(7 * mebibyte))
      fake.always = 'refuse'
      yield* pieces(randomBytes(7 * mebibyte))
    }
    await expect(store.write(place, whileItGoesAway())).rejects.toThrow(FileStoreAway)
    fake.always = null
    await expect(whole(store.read(place, { start: 0, end: 10 }))).rejects.toThrow(/NoSuchKey|not exist/i)
  })

  it('a wrong key, bucket or address is told as a store that is away; the error holds no secret', async () => {
    const wrong = [
      make({ key: { id: fakeS3Key.id, secret: 'not-the-secret' } }),
      make({ bucket: 'another' }),
      make({ endpoint: 'http://127.0.0.1:9' }),
    ]
    for (const store of wrong) {
      const error: unknown = await store.write(newPlace(), pieces(randomBytes(10))).catch((e: unknown) => e)
      expect(error).toBeInstanceOf(FileStoreAway)
      expect(JSON.stringify([String(error), error])).not.toContain('secret')
    }
  })
})
