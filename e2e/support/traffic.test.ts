import { expect, it } from 'vitest'
import { tellsOf } from './traffic.ts'

it.each([
  ['http://x/api/members?q=13800138000', true],
  ['http://x/api/members?q=%2B8613800138000', true],
  ['http://x/api/me?id=110101199003074514', true],
  ['http://x/api/me?id=110101199003074515', false],
  ['http://x/?t=eyJhbGciOiJI.eyJzdWIiOiJ4.c2lnbmF0dXJl', true],
  ['http://x/?at=1700000000000&bad=%zz', false],
])('S-48: what %s tells is noticed: %s', (address, tells) => {
  expect(tellsOf(address)).toBe(tells)
})
