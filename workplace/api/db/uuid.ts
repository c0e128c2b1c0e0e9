import { randomBytes } from 'node:crypto'

let lastMs = 0
let sequence = 0

/** UUIDv7: grows with time, and within one process strictly so (RFC 9562, method 1). */
export function uuidv7(now: number = Date.now()): string {
  const ms = Math.max(now, lastMs)
  sequence = ms === lastMs ? sequence + 1 : randomBytes(1).readUInt8()
  if (sequence > 0xfff) return uuidv7(ms + 1)
  lastMs = ms
  const bytes = randomBytes(16)
  bytes.writeUIntBE(ms, 0, 6)
  bytes.writeUInt16BE(0x7000 | sequence, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const isUuid = (text: string): boolean => pattern.test(text)
