import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { SealedPlace, Vault } from '../ports/vault.ts'

const formatByte = 1
const ivBytes = 12
const tagBytes = 16
const headerBytes = 2

/**
 * AES-256-GCM under a data key per org, which comes from the master key by HKDF.
 * Layout: format byte, key id byte, 12 bytes IV, ciphertext, 16 bytes tag.
 * @param masterKey 32 random bytes.
 */
export function keyVault(masterKey: Buffer, keyId = 1): Vault {
  if (masterKey.length !== 32) throw new Error('the master key must be 32 bytes')
  const lookupKey = derive(masterKey, 'lookup')
  const keys = new LRUCache<string, Buffer>({ max: 10_000 })

  function dataKey(orgId: string): Buffer {
    const known = keys.get(orgId)
    if (known) return known
    const key = derive(masterKey, `org:${orgId}`)
    keys.set(orgId, key)
    return key
  }

  return {
    seal(place, text) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', dataKey(place.orgId), iv)
      cipher.setAAD(placeName(place))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.from([formatByte, keyId]), iv, body, cipher.getAuthTag()])
    },
    open(place, sealed) {
      if (sealed[0] !== formatByte || sealed[1] !== keyId)
        throw new Error('sealed under an unknown key or format')
      const iv = sealed.subarray(headerBytes, headerBytes + ivBytes)
      const decipher = createDecipheriv('aes-256-gcm', dataKey(place.orgId), iv)
      decipher.setAAD(placeName(place))
      decipher.setAuthTag(sealed.subarray(-tagBytes))
      const body = sealed.subarray(headerBytes + ivBytes, -tagBytes)
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
    },
    lookupHash: (purpose, text) => createHmac('sha256', lookupKey).update(`${purpose}\0${text}`).digest(),
  }
}

function derive(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, 'kangbao', purpose, 32))
}

function placeName({ orgId, table, column, row }: SealedPlace): Buffer {
  return Buffer.from([orgId, table, column, row].join('\0'))
}
