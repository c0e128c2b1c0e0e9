import { createReadStream, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { run as backup } from '@kangbao/launcher/backup.ts'
import { withClient } from '@kangbao/launcher/postgres.ts'
import { startRedis, type Redis } from '@kangbao/launcher/redis.ts'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { getMyDataSheet } from '@kangbao/shared/contracts/own-data.ts'
import { sendReport } from '@kangbao/shared/contracts/reports.ts'
import { fileSubmission, getSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { idNumberCheckDigit } from '@kangbao/shared/identity/id-number.ts'
import { workStartAnswers } from '../demo/answers.ts'
import { seeded } from '../demo/city.ts'
import type { Member } from '../drivers/member.ts'
import { OwnStack } from '../support/own-stack.ts'
import { redisCommand } from '../support/redis-command.ts'
import { dayAnswers, type WorkingOrg } from '../support/working-org.ts'
import { zero } from './harness/figures.ts'
import { drawSeed } from './harness/nemesis.ts'
import { sized } from './harness/sizes.ts'
import { foundTenants } from './harness/tenants.ts'

const people = sized(1_000, 24)
const atOnce = 8
/** Every planted value holds one of these, so that one pass over a file finds them all. */
const word = 'KanarienvogelKB'
const birthAndPlace = '41010019770707'

let redis: Redis
let own: OwnStack
let shelf: string
let startedAt: number
beforeAll(async () => {
  startedAt = Date.now()
  shelf = mkdtempSync(join(tmpdir(), 'kangbao-shelf-'))
  const started = await startRedis({ isDurable: true })
  expect(started, 'redis-server is not installed').toBeDefined()
  redis = started as Redis // expected above
  own = await OwnStack.start({ server: { REDIS_URL: redis.url, LOG_LEVEL: 'trace' } })
  await own.putClocks('10:00')
})
afterAll(async () => {
  await own?.stop()
  await redis?.stop()
  rmSync(shelf, { recursive: true, force: true })
})

it(`S-32: what ${people} people filed lies readable in no file: database, log of changes, queue, store, backup, logs, temporary files`, async () => {
  const seed = drawSeed()
  const tenants = await foundTenants(own, 4, people)
  const day = civilDayOf(own.now(), 'Asia/Shanghai')
  let n = 0
  for (const tenant of tenants)
    for (let from = 0; from < tenant.members.length; from += atOnce)
      await Promise.all(
        tenant.members.slice(from, from + atOnce).map((member) => live(tenant, member, day, (n += 1))),
      )
  for (const { admin } of tenants)
    for (const kind of ['health', 'employment'] as const) await admin.call(sendReport, { params: { kind } })
  await redisCommand(redis.url, 'SAVE')
  expect(await backup(['--to', shelf, '--data', own.stack.dataDir])).toBe(0)

  const readable = await filesWith([word, birthAndPlace])
  if (readable.length > 0) console.log(readable)
  zero({ id: 'S-32', n: 2 * n, value: readable.length, unit: 'files with P4 values readable', seed })

  // What is searched would have held them.
  await withClient(own.stack.databaseUrls.kangbao, (client) =>
    client.query(`insert into suites (app, ticket) values ('canary', $1)`, [Buffer.from(word)]),
  )
  expect((await filesWith([word])).some((path) => path.includes('pg_wal'))).toBe(true)
})

/** Somebody's first days: both forms, a look by the admin, a copy of the own data. */
async function live(tenant: WorkingOrg, member: Member, day: string, n: number): Promise<void> {
  const daily = { ...dayAnswers(day, n % 10 === 0 ? 38.5 : 36.4), remarks: `${word}${n}` }
  await member.call(fileSubmission, {
    params: { formId: tenant.forms.daily, period: day },
    body: { answers: daily },
  })
  const person = { name: `司马${n}`, phone: '13800000000', department: '一车间' }
  const first17 = `${birthAndPlace}${String(n % 1_000).padStart(3, '0')}`
  const answers = {
    ...workStartAnswers(civilDayOf(own.now(), 'Asia/Shanghai'), person, seeded(n)),
    'id-number': `${first17}${idNumberCheckDigit(first17)}`,
    places: `${word}${n}`,
  }
  const form = { formId: tenant.forms.workStart, period: 'once' }
  await member.call(fileSubmission, { params: form, body: { answers } })
  if (n % 10 !== 0) return
  const memberId = member.session.me.member?.id ?? ''
  await tenant.admin.call(getSubmission, { params: { ...form, memberId } })
  const copy = await member.try(getMyDataSheet, {})
  expect(copy.status).toBe(200)
}

/** Every file of the stack, of Redis and of the backup, and temporary ones that came since the start. */
function files(): string[] {
  const ours = [own.stack.dataDir, join(own.stack.dataDir, 'postgres', 'cluster'), redis.folder, shelf]
  const temporary = readdirSync(tmpdir())
    .filter((name) => /kangbao|playwright|vitest/.test(name))
    .map((name) => join(tmpdir(), name))
    .filter((path) => (unlessGone(() => statSync(path).mtimeMs) ?? 0) >= startedAt)
  return [
    ...new Set([...ours, ...temporary].flatMap((path) => unlessGone(() => realpathSync(path)) ?? [])),
  ].flatMap((path) => unlessGone(() => filesBelow(path)) ?? [])
}

function filesBelow(path: string): string[] {
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Temporary files of others, and of the log of changes, go while they are looked at. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

async function filesWith(needles: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of files()) if (await holds(path, needles)) found.push(path)
  return found
}

async function holds(path: string, needles: readonly string[]): Promise<boolean> {
  const longest = Math.max(...needles.map((needle) => needle.length))
  let rest = ''
  try {
    for await (const part of createReadStream(path, { encoding: 'latin1', highWaterMark: 1 << 20 })) {
      const text = rest + String(part)
      if (needles.some((needle) => text.includes(needle))) return true
      rest = text.slice(-longest)
    }
  } catch (error) {
    if (!isGone(error)) throw error
  }
  return false
}
