/** Ranges by name, as proxies of one's own are wont to have them. */
const names = ['loopback', 'linklocal', 'uniquelocal']
const v4 = /^\d{1,3}(?:\.\d{1,3}){3}$/
const v6 = /^[0-9a-f:]{2,39}$/i
const length = /^\d{1,3}$/
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
  const [address = '', prefix, ...rest] = entry.split('/')
  const isV6 = address.includes(':')
  const [least, most] = isV6 ? [leastPrefix.v6, 128] : [leastPrefix.v4, 32]
  const isAddress = isV6
    ? v6.test(address)
    : v4.test(address) && address.split('.').every((part) => Number(part) <= 255)
  const bits = prefix === undefined ? most : length.test(prefix) ? Number(prefix) : -1
  return isAddress && rest.length === 0 && bits >= least && bits <= most
}
