/** Ranges by name, as proxies of one's own are wont to have them. */
const names = ['loopback', 'linklocal', 'uniquelocal']
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*)(?:\/(\d{1,3}))?$/i
/** A range wider than this is no proxy but half the internet. */
const leastPrefix = { v4: 8, v6: 32 }

/**
 * Reads a comma-separated list of proxies whose word about a caller's address counts (S-81).
 * @returns names of ranges, addresses and CIDR blocks; empty for an empty text: nobody's word counts.
 * @throws Error naming an entry that is none of these, or that would trust nearly everybody.
 */
export function trustedProxies(text: string): readonly string[] {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const wrong = entries.filter((entry) => !isProxy(entry))
  if (wrong.length > 0) throw new Error(`no list of proxies: ${wrong.join(', ')}`)
  return entries
}

function isProxy(entry: string): boolean {
  if (names.includes(entry)) return true
  const match = address.exec(entry)
  if (!match) return false
  const isV6 = entry.includes(':')
  const [least, most] = isV6 ? [leastPrefix.v6, 128] : [leastPrefix.v4, 32]
  const prefix = match[1] === undefined ? most : Number(match[1])
  const isSound =
    isV6 ||
    entry
      .split('/')[0]
      ?.split('.')
      .every((part) => Number(part) <= 255) === true
  return isSound && prefix >= least && prefix <= most
}
