import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { newId } from '../src/db/ids.ts'
import { newLinkToken } from '../src/features/forms/index.ts'
import { faultFigure } from './isolation/fault-figure.ts'
import { startTestServer, type TestServer } from './server.ts'

/* S-83: what stands in an address cannot be guessed or counted up. */
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** Counted, and never told to anybody: the order of rows inside the house. */
const inside: readonly string[] = ['revocations.id', 'schema_migrations.id']

it('S-83: no table counts its ids up', async () => {
  const { rows } = await server.deps.database.pool.query<{ name: string; counts: boolean }>(`
    select c.table_name || '.' || c.column_name as name,
      (c.is_identity = 'YES' or coalesce(c.column_default, '') like 'nextval%') as counts
    from information_schema.columns c where c.table_schema = 'public'`)
  const counted = rows.filter(({ name, counts }) => counts && !inside.includes(name)).map(({ name }) => name)
  faultFigure('S-83', rows.length, counted, 'sequential public ids')
  expect(counted).toEqual([])
  expect(rows.length).toBeGreaterThan(100)
})

it('S-83: a million guesses hit no invitation and no object', () => {
  const issued = new Set(Array.from({ length: 1_000 }, newLinkToken))
  const ids = new Set(Array.from({ length: 1_000 }, newId))
  const [token = ''] = issued
  const bytes = Buffer.from(token, 'base64url').length
  let hits = 0
  // Who guesses an id knows its time to the millisecond, so that only its random end is left to him.
  const begin = [...ids][0]?.slice(0, 14) ?? ''
  const pool = randomBytes(24 * 500_000)
  for (let i = 0; i < 500_000; i += 1) {
    const chance = pool.subarray(i * 24, i * 24 + 24)
    if (issued.has(chance.toString('base64url'))) hits += 1
    const hex = chance.toString('hex')
    if (ids.has(`${begin}7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`)) hits += 1
  }
  figure({ id: 'S-83', n: 1_000_000, value: hits, unit: 'guesses that hit', target: '=0', ok: hits === 0 })
  expect([issued.size, ids.size, hits]).toEqual([1_000, 1_000, 0])
  expect(bytes * 8).toBeGreaterThanOrEqual(128)
})
