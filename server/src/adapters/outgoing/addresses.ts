import { BlockList, isIP } from 'node:net'

/** Where nothing outside can be: the machine's own metadata, nowhere, many at once, ways to write one address as another. */
const never = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  never.addSubnet(net, prefix, 'ipv4')
// A cloud's metadata in a range that is otherwise somebody's own.
never.addAddress('100.100.100.200', 'ipv4')
never.addAddress('fd00:ec2::254', 'ipv6')
never.addAddress('::', 'ipv6')
for (const [net, prefix] of [
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  never.addSubnet(net, prefix, 'ipv6')

/** The machine itself and networks of one's own. */
const inside = new BlockList()
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  inside.addSubnet(net, prefix, 'ipv4')
inside.addAddress('::1', 'ipv6')
inside.addSubnet('fc00::', 7, 'ipv6')

/** IPv4 written as the last 32 bits of IPv6 without the mark of a mapped one. */
const isCompatible = (address: string) => /^::(?!ffff:)[0-9a-f.:]+$/i.test(address) && address !== '::1'

/** Where an address lies; IPv6 that carries IPv4 counts as what it carries. */
export function placeOf(address: string): 'never' | 'inside' | 'outside' {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  const version = isIP(bare)
  if (version === 0 || isCompatible(bare)) return 'never'
  const family = version === 6 ? 'ipv6' : 'ipv4'
  if (never.check(bare, family)) return 'never'
  return inside.check(bare, family) ? 'inside' : 'outside'
}

/**
 * Whether a configured host may lie inside: it says so itself (an inner address, `localhost`, a name without a dot as in
 * a Compose network), or the operator says so.
 * @param isListedOnly it was not written by who runs the machine: what it says itself does not count.
 */
export function mayLieInside(host: string, privateHosts: readonly string[], isListedOnly = false): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (isListedOnly) return privateHosts.includes(bare)
  if (isIP(bare)) return placeOf(bare) === 'inside'
  return bare === 'localhost' || !bare.includes('.') || privateHosts.includes(bare)
}
