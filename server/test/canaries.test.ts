import { createWriteStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { searchCompletenessPeople } from '@kangbao/shared/contracts/completeness.ts'
import { urlOf } from '@kangbao/shared/contracts/client.ts'
import { uploadFile } from '@kangbao/shared/contracts/files.ts'
import {
  bindPhone,
  requestBindingCode,
  requestSmsCode,
  signInBySms,
} from '@kangbao/shared/contracts/sessions.ts'
import {
  correctSubmission,
  fileSubmission,
  getFilling,
  getSubmission,
  listMySubmissions,
  revealAnswer,
} from '@kangbao/shared/contracts/submissions.ts'
import { idNumberCheckDigit } from '@kangbao/shared/identity/id-number.ts'
import { serverLog } from '../src/deps.ts'
import { apiPrefix } from '../src/http/route.ts'
import { workStartAnswers } from './answers.ts'
import { callApi, codeAfter } from './call.ts'
import { pdf } from './pictures.ts'
import { watchRawFiles, type RawFiles } from './raw-files.ts'
import { startTestServer, testNow, type TestServer } from './server.ts'
import { until } from './until.ts'
import { newWorld, type Person, type World } from './world.ts'

/** T1; the fault run plants more. */
const people = Number(process.env['CANARIES'] ?? 24)

interface Canary {
  readonly person: Person
  readonly phone: string
  readonly idNumber: string
  readonly words: string
}

let server: TestServer
let world: World
let raw: RawFiles
let logFolder = ''
let formId = ''
let canaries: readonly Canary[] = []
const logText = async () => readFile(join(logFolder, 'server.log'), 'utf8')

beforeAll(async () => {
  logFolder = await mkdtemp(join(tmpdir(), 'kangbao-canaries-'))
  const log = serverLog('trace', createWriteStream(join(logFolder, 'server.log')))
  server = await startTestServer({
    config: { RATE_LIMIT_SCALE: 1_000, SMS_HOURLY_BUDGET: 1_000_000 },
    deps: () => ({ log }),
  })
  raw = await watchRawFiles(server.deps.config.DATABASE_URL)
  server.startJobs()
  world = await newWorld(server, { members: people })
  formId = (await world.publish('zhengzhou/work-start')).id
  canaries = world.members.map((person, i) => {
    const first = `410105198${i % 10}0${1 + (i % 9)}${10 + (i % 18)}${String(700 + i)}`
    const idNumber = `${first}${idNumberCheckDigit(first)}`
    // Far apart: numbers that share seven digits share a budget of codes.
    return { person, phone: String(13_700_000_019 + i * 10_007), idNumber, words: `金丝雀地址${9000 + i}号` }
  })
})
afterAll(async () => {
  await server.close()
  await rm(logFolder, { recursive: true, force: true })
})

const answersOf = ({ idNumber, phone, words }: Canary) =>
  workStartAnswers({
    'id-number': idNumber,
    phone,
    home: { code: '410105', detail: words },
    places: `${words}以及武汉`,
  })

/** One canary through every door there is, wrong turns included. */
async function live(canary: Canary, at: number): Promise<void> {
  const { person, phone, idNumber } = canary
  server.deps.clock.set(testNow + 3_600_000 + at * 61_000)
  const ip = `198.51.100.${at}`
  const filing = { params: { formId, period: 'once' } }
  const bound = await codeAfter(server, phone, () => person.inject(requestBindingCode, { body: { phone } }))
  const challenge = 'challenge' in bound.reply.body ? bound.reply.body.challenge : ''
  await person.inject(bindPhone, { body: { phone, code: '000000', challenge } })
  expect((await person.inject(bindPhone, { body: { phone, code: bound.code, challenge } })).status).toBe(200)
  await callApi(server.app, requestSmsCode, { body: { phone } }, { ip })
  await callApi(server.app, signInBySms, { body: { phone, code: '111111', challenge } }, { ip })

  const wrong = { ...answersOf(canary), 'id-number': `${idNumber.slice(0, 17)}*` }
  await person.inject(fileSubmission, { ...filing, body: { answers: wrong } })
  for (const transport of ['train', 'car'])
    expect(
      (
        await person.inject(fileSubmission, {
          ...filing,
          body: { answers: { ...answersOf(canary), transport } },
        })
      ).status,
    ).toBe(200)
  await server.app.inject({
    method: 'PUT',
    url: urlOf(apiPrefix, fileSubmission.path, filing.params, undefined),
    headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' },
    payload: `{"answers": {"id-number": "${idNumber}", "phone": ${phone}`,
  })
  await server.app.inject({
    url: `/api/nowhere/${idNumber}?phone=${phone}`,
    headers: { referer: `http://x/${phone}` },
  })
  await person.inject(getFilling, { params: { formId } })
  await person.inject(listMySubmissions, { query: {} })
  await server.app.inject({
    method: 'POST',
    url: urlOf(apiPrefix, uploadFile.path, undefined, { purpose: 'document' }),
    headers: {
      authorization: `Bearer ${person.token}`,
      'content-type': 'application/octet-stream',
      'x-file-name': encodeURIComponent(`${idNumber}.pdf`),
    },
    payload: pdf(canary.words),
  })
}

async function byAdmin({ person, phone, words }: Canary): Promise<void> {
  const params = { formId, period: 'once', memberId: person.memberId }
  const seen = await world.admin.inject(getSubmission, { params })
  await world.admin.inject(revealAnswer, { params, body: { field: 'id-number', reason: 'urgent-contact' } })
  const answers = { ...seen.body.answers, 'transport-number': words }
  await world.admin.inject(correctSubmission, { params, body: { answers, reason: '电话补充车次' } })
  const found = await world.admin.inject(searchCompletenessPeople, {
    params: { formId, period: 'once' },
    body: { state: 'expected', search: phone },
  })
  expect(found.body.items.map(({ memberId }) => memberId)).toEqual([person.memberId])
}

const needlesOf = (list: readonly Canary[]) =>
  list.flatMap(({ phone, idNumber, words }) => [phone, idNumber, words].map((text) => Buffer.from(text)))

async function filesBelow(folder: string): Promise<{ path: string; bytes: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(path) })))
}

async function whereFound(needles: readonly Buffer[]): Promise<string[]> {
  const places = [
    ...(await raw.read()),
    ...(await filesBelow(server.deps.config.DATA_DIR)),
    ...(await filesBelow(logFolder)),
    { path: 'metrics', bytes: Buffer.from((await server.app.inject({ url: '/metrics' })).body) },
  ]
  return places.flatMap(({ path, bytes }) =>
    needles.filter((needle) => bytes.includes(needle)).map(() => path),
  )
}

describe('S-32, S-47, S-48: canaries', () => {
  it('lie readable nowhere: database files, write-ahead log, file store, log, metrics', async () => {
    for (const [at, canary] of canaries.entries()) await live(canary, at)
    server.deps.clock.set(testNow + 86_400_000)
    for (const canary of canaries) await byAdmin(canary)
    const needles = needlesOf(canaries)
    const found = await whereFound(needles)
    const inLog = found.filter((path) => path.startsWith(logFolder)).length
    const n = needles.length
    figure({
      id: 'S-32',
      n,
      value: found.length,
      unit: 'P3/P4 values readable',
      target: '0',
      ok: found.length === 0,
    })
    figure({ id: 'S-47', n, value: inLog, unit: 'canaries in logs', target: '0', ok: inLog === 0 })
    figure({ id: 'S-48', n, value: inLog, unit: 'canaries in the access log', target: '0', ok: inLog === 0 })
    expect(found).toEqual([])
    // What was scanned did hold them: the log has their requests, the database their rows.
    expect(
      await until(logText, (text) => text.includes('"route":"PUT /api/forms/:formId/submissions/:period"')),
    ).toBeTruthy()
  })

  it('planted readable, are found in each of these places', async () => {
    const { pool } = server.deps.database
    const planted = Buffer.from('13700009999')
    expect(await whereFound([planted])).toEqual([])
    await pool.query(`insert into suites (app, ticket) values ('canary', $1)`, [planted])
    server.deps.log.info({ note: planted.toString() }, 'planted')
    await until(logText, (text) => text.includes('planted'))
    const found = await whereFound([planted])
    expect(found.some((path) => path.includes('/base/'))).toBe(true)
    expect(found.some((path) => path.includes('/pg_wal/'))).toBe(true)
    expect(found.some((path) => path.startsWith(logFolder))).toBe(true)
  })

  it('S-47: nothing a caller sends forges a line of the log', async () => {
    const forged = `{"level":30,"msg":"forged"}`
    const breaks = ['\r\n', '\n', '\r', '\u2028', '\u0085', '\x1b[2K\x1b[1A']
    const n = 1_000
    for (let i = 0; i < n; i += 1) {
      const text = `${breaks[i % breaks.length] ?? ''}${forged}`
      await server.app.inject({
        method: i % 2 === 0 ? 'GET' : 'POST',
        url: `/api/forms/${encodeURIComponent(text)}?q=${encodeURIComponent(text)}`,
        headers: { 'user-agent': encodeURIComponent(text), 'x-request-id': encodeURIComponent(text) },
        ...(i % 2 === 0 ? {} : { payload: { [text]: text } }),
      })
    }
    await until(logText, (text) => text.endsWith('\n'))
    const lines = (await logText()).split('\n').filter(Boolean)
    const wrong = lines.filter((line) => isForged(line)).length
    figure({ id: 'S-47', n, value: wrong, unit: 'forged lines', target: '0', ok: wrong === 0 })
    expect(wrong).toBe(0)
    expect(isForged(forged)).toBe(true)
  })
})

/** Every line is one object of ours, and no character moves the cursor of who reads it. */
function isForged(line: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\x00-\x1f\x7f\u0085\u2028]/.test(line)) return true
  const entry: unknown = JSON.parse(line)
  return typeof entry !== 'object' || entry === null || !('time' in entry)
}
