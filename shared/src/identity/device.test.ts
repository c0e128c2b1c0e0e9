import { expect, it } from 'vitest'
import { deviceOf } from './device.ts'

it.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36',
    'Chrome · Windows',
  ],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0', 'Edge · Windows'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Safari/604.1', 'Safari · iOS'],
  [
    'Mozilla/5.0 (Linux; Android 13; M2) AppleWebKit/537.36 Chrome/110 AliApp(DingTalk/7.0)',
    'DingTalk · Android',
  ],
  ['curl/8.0', null],
  ['', null],
  [undefined, null],
])('S-21: %s → %s', (userAgent, device) => {
  expect(deviceOf(userAgent)).toBe(device)
})
