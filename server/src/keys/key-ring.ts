import { readFileSync } from 'node:fs'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Config } from '../config.ts'

export interface MasterKey {
  readonly id: string
  /** 32 bytes. */
  readonly key: Buffer
}

/** The master keys of an installation. The first wraps, all unwrap. */
export interface KeyRing {
  first(): MasterKey
  /** A ring kept in a file is read again before a key counts as missing. */
  find(id: string): MasterKey | null
}

/** A data key needs a master key that is not in the ring. */
export class MissingMasterKey extends Error {
  override readonly name = 'MissingMasterKey'
  readonly keyId: string
  constructor(keyId: string) {
    super(`the key ring lacks the master key ${keyId}`)
    this.keyId = keyId
  }
}

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/**
 * Reads `id:base64`, separated by commas or line ends; a line that begins with # is a remark.
 * @throws Error that names what is wrong, and never a key.
 */
export function parseKeyRing(text: string): readonly MasterKey[] {
  const ring = text
    .replace(/^#.*$/gm, '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((entry) => {
      const [, id, base64] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(entry) ?? []
      const key = Buffer.from(base64 ?? '', 'base64')
      if (id === undefined || key.length !== keyBytes)
        throw new Error('a master key is written as id:base64, 32 bytes')
      return { id, key }
    })
  if (ring.length === 0) throw new Error('the key ring is empty')
  if (new Set(ring.map(({ id }) => id)).size < ring.length)
    throw new Error('two master keys have the same name')
  return ring
}

/** The ring of the environment: `MASTER_KEYS`, or the file `MASTER_KEYS_FILE`. */
export function keyRing({
  MASTER_KEYS: text,
  MASTER_KEYS_FILE: file,
}: Pick<Config, 'MASTER_KEYS' | 'MASTER_KEYS_FILE'>): KeyRing {
  if (text !== undefined) return ringOf(() => parseKeyRing(text))
  if (file !== undefined) return ringOf(() => parseKeyRing(readFileSync(file, 'utf8')))
  throw new Error('MASTER_KEYS or MASTER_KEYS_FILE must be set')
}

function ringOf(read: () => readonly MasterKey[]): KeyRing {
  let keys = read()
  const known = (id: string) => keys.find((each) => each.id === id) ?? null
  return {
    first() {
      const [first] = keys
      if (!first) throw new Error('the key ring is empty')
      return first
    },
    find(id) {
      const found = known(id)
      if (found) return found
      keys = read()
      return known(id)
    },
  }
}

/** Which data key is wrapped; bound into the wrapping. */
export interface KeyName {
  readonly orgId: string
  readonly purpose: string
  readonly no: number
}

const nameOf = ({ orgId, purpose, no }: KeyName, id: string) =>
  Buffer.from(['data_keys', orgId, purpose, String(no), id].join('\0'))

export function wrap({ id, key }: MasterKey, name: KeyName, dataKey: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(nameOf(name, id))
  return Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
}

/** @throws MissingMasterKey; Error when the master key of that name is another one than it was. */
export function unwrap(ring: KeyRing, name: KeyName, wrapped: Buffer, id: string): Buffer {
  const master = ring.find(id)
  if (master === null) throw new MissingMasterKey(id)
  const decipher = createDecipheriv('aes-256-gcm', master.key, wrapped.subarray(0, nonceBytes))
  decipher.setAAD(nameOf(name, id)).setAuthTag(wrapped.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(wrapped.subarray(nonceBytes, -tagBytes)), decipher.final()])
  } catch (cause) {
    throw new Error(`the master key ${id} of the ring is not the one data keys were wrapped by`, { cause })
  }
}
