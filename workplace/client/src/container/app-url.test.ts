import { expect, it } from 'vitest'
import { resolveAppUrl } from './app-url.ts'

it.each([
  [
    'http://localhost:7200/m/forms/?corpId=$CORPID$',
    'localhost',
    'http://localhost:7200/m/forms/?corpId=ding1',
  ],
  [
    'http://localhost:7200/m/forms/?corpId=$CORPID$',
    '192.168.1.9',
    'http://192.168.1.9:7200/m/forms/?corpId=ding1',
  ],
  ['http://127.0.0.1:7200/m/', '192.168.1.9', 'http://192.168.1.9:7200/m/'],
  ['https://isv.example.com/m/?c=$CORPID$', '192.168.1.9', 'https://isv.example.com/m/?c=ding1'],
  ['https://localhost.example.com/m/', '192.168.1.9', 'https://localhost.example.com/m/'],
])('%s opened through %s → %s', (template, hostname, expected) => {
  expect(resolveAppUrl(template, 'ding1', hostname)).toBe(expected)
})
