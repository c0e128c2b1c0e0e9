import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadMasterKeys, masterKeysFile, newMasterKey, saveMasterKeys } from './master-keys.ts'

let dataDir = ''
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'kangbao-ring-'))))
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

it('X-02: makes a ring once, for its owner only', () => {
  const ring = loadMasterKeys(dataDir)
  expect(ring).toHaveLength(1)
  expect(ring[0]).toMatch(/^k[0-9a-f]{8}:[\w+/]{43}=$/)
  expect(loadMasterKeys(dataDir)).toEqual(ring)
  expect(statSync(masterKeysFile(dataDir)).mode & 0o777).toBe(0o600)
})

it('X-02: takes over the single key of an installation older than the ring, under the name 1', () => {
  const masterKey = Buffer.alloc(32, 5).toString('base64')
  writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify({ masterKey }))
  expect(loadMasterKeys(dataDir)).toEqual([`1:${masterKey}`])
})

it('S-34: the first of the ring is the one that wraps', () => {
  const [old = ''] = loadMasterKeys(dataDir)
  const next = newMasterKey()
  saveMasterKeys(dataDir, [next, old])
  expect(loadMasterKeys(dataDir)).toEqual([next, old])
})
