import { readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, ProblemError } from '@kangbao/shared/contracts/client.ts'
import {
  deleteFile,
  getFile,
  maxPixels,
  uploadFile,
  type FilePurpose,
  type StoredFile,
} from '@kangbao/shared/contracts/files.ts'
import { figure } from '@kangbao/launcher/figure.ts'
import sharp from 'sharp'
import { eicar, startFakeClamd, type FakeClamd } from '../../../test/fake-clamd.ts'
import { bitPng, canary, heic, pdf, phonePhoto, talkativePng } from '../../../test/pictures.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import { attach, release } from './index.ts'

const mebibyte = 1024 * 1024
let clamd: FakeClamd
let server: TestServer
let world: World
let origin: string

beforeAll(async () => {
  clamd = await startFakeClamd()
  server = await startTestServer({
    config: { CLAMD_URL: clamd.url, FILES_PER_MEMBER_MB: 30, RATE_LIMIT_SCALE: 100 },
  })
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  origin = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
  world = await newWorld(server)
})
afterAll(async () => {
  await server.close()
  await clamd.close()
})

/** The client the apps use, over real HTTP. */
const clientOf = (person: Person) =>
  createClient({ baseUrl: `${origin}/api`, fetch, token: () => person.token })

/** The code of a reply that is a problem. */
const codeOf = async (reply: Response) => ((await reply.json()) as { code: string }).code

function send(person: Person, bytes: Buffer, { purpose = 'photo' as FilePurpose, name = '照片.jpg' } = {}) {
  const file = { bytes: new Blob([new Uint8Array(bytes)]), name }
  return clientOf(person).call(uploadFile, { query: { purpose } }, { file })
}

/** The code a file is refused with; `taken` when it is not. */
const refusal = (person: Person, bytes: Buffer, given: { purpose?: FilePurpose; name?: string } = {}) =>
  send(person, bytes, given).then(
    () => 'taken',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
  )

const fetched = (link: string, headers: Record<string, string> = {}) => fetch(`${origin}${link}`, { headers })
const bytesOf = async (link: string) => Buffer.from(await (await fetched(link)).arrayBuffer())
const linksOf = (file: StoredFile) => {
  if (!file.links) throw new Error('no links')
  return file.links
}

/** What lies in the store, over all orgs. */
async function shelf(): Promise<string[]> {
  const root = join(server.deps.config.DATA_DIR, 'files')
  const names = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
  return names.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
}
const shelfOf = async (fileId: string) => (await shelf()).filter((path) => path.includes(fileId))

describe('S-65: pictures', () => {
  it('are drawn anew: upright, without place, device, note or preview, and with a thumbnail', async () => {
    const photo = await phonePhoto({ width: 800, height: 600 })
    expect(photo.includes(canary)).toBe(true)
    const file = await send(world.member, photo, { name: '../身份证 正面.HEIC' })
    expect(file).toMatchObject({
      state: 'ready',
      type: 'image/jpeg',
      name: '身份证 正面.jpg',
      width: 600,
      height: 800,
    })
    const { content, thumbnail } = linksOf(file)
    const drawn = await bytesOf(content)
    expect(drawn.length).toBe(file.sizeBytes)
    const told = await sharp(drawn).metadata()
    expect([told.exif, told.xmp, told.icc, told.iptc, told.orientation]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    // Turned a quarter to the right, the red left half is on top.
    const { data } = await sharp(drawn)
      .extract({ left: 300, top: 20, width: 1, height: 1 })
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(data[0]).toBeGreaterThan(150)
    expect(data[1]).toBeLessThan(90)
    const small = await sharp(await bytesOf(thumbnail ?? '')).metadata()
    expect([small.format, small.width, small.height]).toEqual(['webp', 240, 320])
    expect((await fetched(thumbnail ?? '')).headers.get('content-type')).toBe('image/webp')
  })

  it('of a corpus leave no residue, and whatever is no picture is refused in words', async () => {
    const good: Buffer[] = [talkativePng()]
    for (const format of ['jpeg', 'png', 'webp'] as const)
      for (let hue = 0; hue < 360; hue += 180)
        good.push(await phonePhoto({ format, hue, width: 64 + hue, height: 48 }))
    const html = Buffer.from(`<html><script>${canary}</script></html>`)
    good.push(Buffer.concat([await phonePhoto(), html]))
    const animated = await sharp(await phonePhoto({ width: 60, height: 40 }))
      .webp({ loop: 0 })
      .toBuffer()
    good.push(animated)
    let residue = 0
    for (const picture of good) {
      const drawn = await bytesOf(linksOf(await send(world.member, picture)).content)
      const { exif, xmp, iptc } = await sharp(drawn).metadata()
      if (drawn.includes(canary) || drawn.includes('<script') || exif || xmp || iptc) residue += 1
    }
    const photo = await phonePhoto()
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    const bad: [string, Buffer][] = [
      ['file.type-refused', svg],
      ['file.type-refused', html],
      ['file.type-refused', Buffer.from('GIF89a\x01\x00\x01\x00\x80\x00\x00')],
      ['file.type-refused', pdf()],
      ['file.type-refused', Buffer.from('MZ this is a program')],
      ['file.type-refused', Buffer.from('just text')],
      ['file.heic', heic()],
      ['file.heic', heic('heix')],
      ['file.unreadable', photo.subarray(0, 900)],
      ['file.unreadable', photo.subarray(0, photo.length - 200)],
      ['file.unreadable', Buffer.concat([photo.subarray(0, 300), Buffer.alloc(3_000, 0x5a)])],
      [
        'file.type-refused',
        Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), Buffer.alloc(200)]),
      ],
      ['file.too-many-pixels', bitPng(10_000, 10_000)],
      ['file.too-many-pixels', bitPng(8, 8, { width: 30_000, height: 30_000 })],
      ['file.empty', Buffer.alloc(0)],
    ]
    const wrong: string[] = []
    for (const [code, bytes] of bad) {
      const told = await refusal(world.member, bytes, { name: 'innocent.png' })
      if (told !== code) wrong.push(`${told} instead of ${code}`)
    }
    figure({
      id: 'S-65',
      n: bad.length,
      value: wrong.length,
      unit: 'taken or misnamed',
      target: '=0',
      ok: wrong.length === 0,
    })
    expect([residue, wrong]).toEqual([0, []])
    // What was refused leaves nothing behind.
    server.startJobs()
    const kept = await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute<{ id: string }>('select id from files'),
    )
    const ids = new Set(kept.rows.map(({ id }) => id))
    await until(shelf, (paths) => paths.every((path) => ids.has(path.split('/').at(-1)?.split('.')[0] ?? '')))
  }, 180_000)

  it('that decode to more than their header says do not get past the decoder either', async () => {
    // The header promises eight rows of eight; behind it lie a hundred million pixels.
    const lying = bitPng(10_000, 10_000, { width: 8, height: 8 })
    expect(['file.unreadable', 'taken']).toContain(await refusal(world.member, lying))
    expect(maxPixels).toBeLessThanOrEqual(40_000_000)
  })
})

describe('S-66, S-67: what is handed out', () => {
  it('is a download that no browser runs, also when it is a PDF with a script in it', async () => {
    const file = await send(world.member, pdf(), { purpose: 'document', name: '"><script>x.html' })
    const reply = await fetched(linksOf(file).content)
    expect(reply.status).toBe(200)
    const header = (name: string) => reply.headers.get(name) ?? ''
    expect(header('content-type')).toBe('application/pdf')
    expect(header('content-disposition')).toMatch(
      /^attachment; filename="___script_x\.pdf"; filename\*=UTF-8''/,
    )
    expect(header('x-content-type-options')).toBe('nosniff')
    expect(header('content-security-policy')).toBe("default-src 'none'; sandbox; frame-ancestors 'none'")
    expect(header('cross-origin-resource-policy')).toBe('same-origin')
    expect(header('cache-control')).toBe('no-store')
    expect(header('referrer-policy')).toBe('no-referrer')
    expect(header('accept-ranges')).toBe('bytes')
    expect(Buffer.from(await reply.arrayBuffer()).equals(pdf())).toBe(true)
    figure({ id: 'S-66', n: 1, value: 0, unit: 'active content served in line', target: '=0', ok: true })
  })

  it('comes in ranges', async () => {
    const bytes = pdf('%'.repeat(300_000))
    const { content } = linksOf(await send(world.member, bytes, { purpose: 'document' }))
    const cases: [string, number, number][] = [
      ['bytes=0-99', 0, 100],
      ['bytes=65530-65549', 65_530, 65_550],
      ['bytes=200000-', 200_000, bytes.length],
      ['bytes=-10', bytes.length - 10, bytes.length],
      [`bytes=0-${bytes.length + 5}`, 0, bytes.length],
    ]
    for (const [range, start, end] of cases) {
      const reply = await fetched(content, { range })
      expect([range, reply.status]).toEqual([range, 206])
      expect(reply.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${bytes.length}`)
      expect(Buffer.from(await reply.arrayBuffer()).equals(bytes.subarray(start, end))).toBe(true)
    }
    const outside = await fetched(content, { range: `bytes=${bytes.length}-` })
    expect([outside.status, await codeOf(outside)]).toEqual([416, 'file.range'])
    expect((await fetched(content, { range: 'bytes=0-1,5-6' })).status).toBe(200)
  })

  it('opens for five minutes, and by no other text than the one given out', async () => {
    const file = await send(world.member, pdf(), { purpose: 'document' })
    const { content } = linksOf(file)
    const other = await newWorld(server)
    const mac = content.split('.').at(-1) ?? ''
    const forged = [
      content.slice(0, -1) + (content.endsWith('A') ? 'B' : 'A'),
      content.replace(world.orgId, other.orgId),
      content.replace(world.member.memberId, world.admin.memberId),
      content.replace('link=c.', 'link=t.'),
      content.replace(/\.(\d{13})\./, (_, at: string) => `.${Number(at) + 1}.`),
      content.replace(mac, ''),
      '/api/file-content?link=..%2f..%2fetc%2fpasswd',
      '/api/file-content?link=x',
    ]
    const opened: string[] = []
    for (const link of forged) {
      const reply = await fetched(link)
      if (reply.status !== 403 || (await codeOf(reply)) !== 'file.link-invalid') opened.push(link)
    }
    figure({
      id: 'S-67',
      n: forged.length,
      value: opened.length,
      unit: 'forged links opened',
      target: '=0',
      ok: opened.length === 0,
    })
    expect(opened).toEqual([])
    server.deps.clock.advance(4 * 60_000)
    expect((await fetched(content)).status).toBe(200)
    server.deps.clock.advance(60_001)
    expect((await fetched(content)).status).toBe(403)
  })

  it('ends for somebody who has left the org', async () => {
    const leaver = world.members[3] ?? world.member
    const { content } = linksOf(await send(leaver, pdf(), { purpose: 'document' }))
    expect((await fetched(content)).status).toBe(200)
    await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute(`update members set left_at = now() where id = '${leaver.memberId}'`),
    )
    expect((await fetched(content)).status).toBe(403)
  })
})

describe('X-06: a file', () => {
  it('is its sender’s alone', async () => {
    const file = await send(world.member, await phonePhoto())
    const other = await newWorld(server)
    for (const stranger of [world.admin, world.members[1], other.member, other.admin]) {
      if (!stranger) throw new Error('a world has people')
      const params = { fileId: file.id }
      expect((await stranger.inject(getFile, { params })).status).toBe(404)
      expect((await stranger.inject(deleteFile, { params })).status).toBe(404)
    }
    expect((await world.member.inject(getFile, { params: { fileId: file.id } })).body).toMatchObject({
      id: file.id,
    })
  })

  it('lies sealed: neither bytes, name nor key can be read from disk or database', async () => {
    const text = 'READABLE-IN-THE-CLEAR-99'
    const file = await send(world.member, pdf(text), { purpose: 'document', name: `${text}.pdf` })
    for (const path of await shelfOf(file.id)) expect((await readFile(path)).includes(text)).toBe(false)
    const { rows } = await server.deps.database.inOrg(
      world.orgId,
      { kind: 'system', name: 'test' },
      ({ tx }) => tx.execute<{ row: string }>(`select files::text as row from files where id = '${file.id}'`),
    )
    expect(rows[0]?.row).not.toContain(Buffer.from(text).toString('hex'))
    expect((await bytesOf(linksOf(file).content)).includes(text)).toBe(true)
  })

  it('is really gone when it is deleted: row, key, bytes, thumbnail, links', async () => {
    server.startJobs()
    const file = await send(world.member, await phonePhoto())
    expect(await shelfOf(file.id)).toHaveLength(2)
    expect((await world.member.inject(deleteFile, { params: { fileId: file.id } })).status).toBe(200)
    expect((await world.member.inject(getFile, { params: { fileId: file.id } })).status).toBe(404)
    expect((await fetched(linksOf(file).content)).status).toBe(403)
    await until(
      () => shelfOf(file.id),
      (paths) => paths.length === 0,
    )
  })

  it('is swept a day later unless something has it; with that it goes', async () => {
    server.startJobs()
    const [loose, held] = [
      await send(world.member, pdf(), { purpose: 'document' }),
      await send(world.member, await phonePhoto()),
    ]
    const owner = 'test:1'
    const inOrg = (work: Parameters<typeof server.deps.database.inOrg<void>>[2]) =>
      server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, work)
    const grab = (fileIds: string[], memberId: string) =>
      inOrg((scope) => attach(scope, { fileIds, sentBy: memberId, memberId, owner }))
    await expect(grab([held.id], world.admin.memberId)).rejects.toMatchObject({ code: 'file.not-ready' })
    await grab([held.id], world.member.memberId)
    await expect(grab([held.id], world.member.memberId)).rejects.toMatchObject({ code: 'file.not-ready' })
    expect((await world.member.inject(deleteFile, { params: { fileId: held.id } })).problem.code).toBe(
      'file.attached',
    )
    server.deps.clock.advance(24 * 3_600_000 + 1_000)
    await until(
      () => shelfOf(loose.id),
      (paths) => paths.length === 0,
    )
    expect(await shelfOf(held.id)).toHaveLength(2)
    await inOrg((scope) => release(scope, server.deps, owner))
    await until(
      () => shelfOf(held.id),
      (paths) => paths.length === 0,
    )
    figure({
      id: 'S-70',
      n: 2,
      value: (await shelfOf(held.id)).length,
      unit: 'files left over',
      target: '=0',
      ok: true,
    })
  })

  it('that breaks off on the way leaves nothing', async () => {
    server.startJobs()
    const before = (await shelf()).length
    const port = Number(new URL(origin).port)
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(
      `POST /api/files?purpose=document HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${world.member.token}\r\n` +
        'content-type: application/octet-stream\r\ncontent-length: 5000000\r\n\r\n',
    )
    socket.write(Buffer.concat([pdf(), Buffer.alloc(200_000)]))
    await until(shelf, (paths) => paths.length > before)
    socket.destroy()
    await until(shelf, (paths) => paths.length === before)
  })
})

describe('S-68: room and viruses', () => {
  it('is limited by the bytes that come, whatever length is announced', async () => {
    const { member } = await newWorld(server)
    expect(await refusal(member, Buffer.concat([await phonePhoto(), Buffer.alloc(15 * mebibyte)]))).toBe(
      'file.too-large',
    )
    const big = Buffer.concat([pdf(), Buffer.alloc(21 * mebibyte)])
    async function* endless() {
      for (let at = 0; at < big.length; at += mebibyte) yield new Uint8Array(big.subarray(at, at + mebibyte))
    }
    const reply = await fetch(`${origin}/api/files?purpose=document`, {
      method: 'POST',
      headers: { authorization: `Bearer ${member.token}`, 'content-type': 'application/octet-stream' },
      body: ReadableStream.from(endless()),
      duplex: 'half',
    }).catch((error: unknown) => error)
    // A sender who does not stop may meet a closed line before he reads the answer.
    if (reply instanceof Response)
      expect([reply.status, await codeOf(reply)]).toEqual([413, 'file.too-large'])
  })

  it('is never overdrawn, not by many at once', async () => {
    const { member } = await newWorld(server)
    const bytes = Buffer.concat([pdf(), Buffer.alloc(4.9 * mebibyte)])
    const told = await Promise.all(
      Array.from({ length: 9 }, () => refusal(member, bytes, { purpose: 'document' })),
    )
    const taken = told.filter((code) => code === 'taken').length
    expect(told.filter((code) => code === 'file.quota')).toHaveLength(9 - taken)
    const over = Math.max(0, taken * bytes.length - 30 * mebibyte)
    figure({ id: 'S-68', n: 9, value: over, unit: 'bytes over quota', target: '=0', ok: over === 0 })
    expect([taken, over]).toEqual([6, 0])
  })

  it('what the scanner finds is put aside, told, and served to nobody', async () => {
    const { member, orgId } = await newWorld(server)
    const infected = [
      [pdf(eicar), 'document'],
      [Buffer.concat([await phonePhoto(), Buffer.from(eicar)]), 'photo'],
      [Buffer.concat([pdf(), Buffer.alloc(3 * mebibyte), Buffer.from(eicar)]), 'document'],
    ] as const
    const told: string[] = []
    for (const [bytes, purpose] of infected) told.push(await refusal(member, bytes, { purpose }))
    const missed = told.filter((code) => code !== 'file.infected').length
    figure({
      id: 'S-68',
      n: infected.length,
      value: missed,
      unit: 'test viruses missed',
      target: '=0',
      ok: missed === 0,
    })
    expect(missed).toBe(0)
    const { rows } = await server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute<{ id: string; state: string }>('select id, state from files'),
    )
    expect(rows.map(({ state }) => state)).toEqual(['quarantined', 'quarantined', 'quarantined'])
    const kept = (await member.inject(getFile, { params: { fileId: rows[0]?.id ?? '' } })).body
    expect(kept).toMatchObject({ state: 'quarantined', links: null })
    const grab = server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, (scope) =>
      attach(scope, {
        fileIds: [rows[0]?.id ?? ''],
        sentBy: member.memberId,
        memberId: member.memberId,
        owner: 'test:2',
      }),
    )
    await expect(grab).rejects.toMatchObject({ code: 'file.not-ready' })
  })

  it.each(['hangs-up', 'too-large', 'talks-nonsense'] as const)(
    'no verdict is no pass: a scanner that %s',
    async (mood) => {
      clamd.mood = mood
      try {
        const bytes = Buffer.concat([pdf(), Buffer.alloc(2 * mebibyte)])
        expect(await refusal(world.admin, bytes, { purpose: 'document' })).toBe('file.not-checked')
      } finally {
        clamd.mood = 'well'
      }
    },
  )
})
