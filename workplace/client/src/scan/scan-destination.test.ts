import { expect, it } from 'vitest'
import { scanDestination } from './scan-destination.ts'

it('Z-09: an install code opens the install flow with its promotion code', () => {
  expect(scanDestination({ kind: 'install', suiteId: '1489', promoCode: 'zz' })).toEqual({
    kind: 'screen',
    to: { name: 'install', params: { suiteId: '1489' }, query: { c: 'zz' } },
  })
})

it('Z-02: a join code opens the invitation', () => {
  expect(scanDestination({ kind: 'join', code: 'AbCd' })).toMatchObject({
    to: { name: 'join', params: { code: 'AbCd' } },
  })
})

it('Z-03, S-16: a sign-in code asks on the phone, which is told that it was scanned', () => {
  expect(scanDestination({ kind: 'sign-in', ticket: 't1' })).toMatchObject({
    to: { name: 'scan-sign-in', state: { isScanned: true } },
  })
})

it('Z-08: a page of an installed app opens in the container, any other site outside', () => {
  const url = 'https://isv.example.com/m/?f=1'
  expect(scanDestination({ kind: 'link', url, agentId: 7, orgId: 'o1' })).toMatchObject({
    to: { name: 'app', params: { orgId: 'o1', agentId: '7' }, query: { url } },
  })
  expect(scanDestination({ kind: 'link', url, agentId: null, orgId: null })).toEqual({ kind: 'site', url })
})

it('Z-08: a link of a dangerous scheme is only shown', () => {
  const url = 'javascript:alert(1)'
  expect(scanDestination({ kind: 'link', url, agentId: 7, orgId: 'o1' })).toEqual({ kind: 'text', text: url })
})
