import { isIPv4 } from 'node:net'

/** This machine itself. */
export const localNetwork = 'local'

/**
 * The neighbourhood of an address, for people to recognise and compare: `203.0.113.*` or `2001:db8:1::/48`. The address
 * itself tells more than a question on a phone needs.
 */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIPv4(plain))
    return plain.startsWith('127.') ? localNetwork : plain.split('.').slice(0, 3).concat('*').join('.')
  if (plain === '::1') return localNetwork
  const [head = ''] = plain.toLowerCase().split('::', 1)
  const groups = head.split(':').filter(Boolean).slice(0, 3)
  while (groups.length < 3) groups.push('0')
  return `${groups.join(':')}::/48`
}
