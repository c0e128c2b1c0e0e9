import { createHmac, hkdfSync, scrypt, timingSafeEqual } from 'node:crypto'

/** How the key of one backup comes from the operator's secret; stands in the readable header of the backup. */
export interface KeyDerivation {
  readonly salt: string
  readonly cost: number
}

/** scrypt with 32 MiB: a passphrase that people can remember is not tried by the million. */
export const newDerivation = (salt: Buffer): KeyDerivation => ({
  salt: salt.toString('base64'),
  cost: 2 ** 15,
})

const costLimit = 2 ** 18

/** The key of one backup, from a passphrase or the text of a key file. */
export function backupKey(secret: string, { salt, cost }: KeyDerivation): Promise<Buffer> {
  // A header made by somebody else must not be able to ask for all the memory there is.
  if (!Number.isInteger(cost) || cost < 2 || cost > costLimit) throw new Error('no such cost of a key')
  return new Promise((done, failed) => {
    scrypt(
      secret,
      Buffer.from(salt, 'base64'),
      32,
      { N: cost, r: 8, p: 1, maxmem: 512 * 2 ** 20 },
      (error, key) => (error ? failed(error) : done(key)),
    )
  })
}

/** Tells a wrong key from damage before anything is opened. */
export const keyCheck = (key: Buffer): string => mac(key, 'check', '')

/** Proof that the list of checksums is the one this key's holder wrote last. */
export const sealOfList = (key: Buffer, list: string): string => mac(key, 'list', list)

export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Shows which master key is meant without telling anything about it. */
export const masterKeyMark = (masterKey: Buffer): string => mac(masterKey, 'master-key', '').slice(0, 24)

function mac(key: Buffer, purpose: string, text: string): string {
  const derived = Buffer.from(hkdfSync('sha256', key, 'kangbao', `backup:${purpose}`, 32))
  return createHmac('sha256', derived).update(text).digest('base64url')
}
