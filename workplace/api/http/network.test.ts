import { expect, it } from 'vitest'
import { networkOf } from './network.ts'

it.each([
  ['203.0.113.7', '203.0.113.*'],
  ['::ffff:203.0.113.7', '203.0.113.*'],
  ['127.0.0.1', 'local'],
  ['::1', 'local'],
  ['2001:db8:1:2::5', '2001:db8:1::/48'],
  ['2001:DB8::5', '2001:db8:0::/48'],
  ['fe80::1', 'fe80:0:0::/48'],
])('S-16: %s is told as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
