import { describe, expect, it } from 'vitest'
import { trustedProxies } from './trusted-proxies.ts'

describe('S-81: whose word about an address counts', () => {
  it.each([
    ['', []],
    [' loopback , 10.0.0.7 ', ['loopback', '10.0.0.7']],
    ['172.16.0.0/12,fd00:1::/32,::1', ['172.16.0.0/12', 'fd00:1::/32', '::1']],
  ])('%j', (text, list) => expect(trustedProxies(text)).toEqual(list))

  it.each([
    '*',
    'true',
    '1',
    '0.0.0.0/0',
    '10.0.0.0/4',
    '::/0',
    '300.1.1.1',
    '10.0.0.1/33',
    'proxy.example',
    '10.0.0',
  ])('%j is refused', (text) => expect(() => trustedProxies(text)).toThrow(text))
})
