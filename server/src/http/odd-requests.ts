import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'

/** Of these a second one means that somebody in front of us may have read another than we do. */
const once = ['host', 'authorization', 'content-type', 'content-length', 'transfer-encoding']

/**
 * Refuses what Node reads and two servers in a row may read differently (S-88): a header that counts said twice, and
 * requests from before HTTP/1.
 * @throws AppError `request.invalid`
 */
export function refuseOddRequest({ rawHeaders, httpVersionMajor }: IncomingMessage): void {
  const seen = new Set<string>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? ''
    if (seen.has(name) && once.includes(name)) throw new AppError('request.invalid', { part: 'headers' })
    seen.add(name)
  }
  // `inject` of the tests says no version at all.
  if (httpVersionMajor < 1) throw new AppError('request.invalid', { part: 'version' })
}
