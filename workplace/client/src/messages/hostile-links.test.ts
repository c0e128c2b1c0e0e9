import { afterEach, expect, it, vi } from 'vitest'
import { isSameOrigin, isWebUrl } from '@/container/app-url.ts'
import { scanDestination } from '@/scan/scan-destination.ts'
import { openOutside, plainUrl } from './message-link.ts'

const home = 'https://app.example.test/m/'
const hosts = [
  'evil.test',
  'app.example.test.evil.test',
  'evil.test#app.example.test',
  'evil.test?@app.example.test',
]
const users = ['', 'app.example.test@', 'app.example.test:443@', '%61pp.example.test@']
const schemes = ['https://', 'http://', 'HTTPS://', 'https:\\\\', ' https://']
const foreign = schemes.flatMap((scheme) =>
  users.flatMap((user) => hosts.map((host) => `${scheme}${user}${host}/m/`)),
)
const harmful = [
  'javascript:',
  'JavaScript:',
  ' javascript:',
  'java\tscript:',
  'java\nscript:',
  '\u0001javascript:',
]
  .flatMap((scheme) => [`${scheme}alert(1)`, `${scheme}//app.example.test/%0aalert(1)`])
  .concat(
    [
      'data:text/html,<script>alert(1)</script>',
      'vbscript:msgbox(1)',
      'file:///etc/passwd',
      'blob:https://x/1',
    ],
    ['about:blank', 'intent://x#Intent;end', 'ftp://evil.test/', '//evil.test/', '/m/', 'evil.test'],
    ['dingtalk://page/link?url=javascript%3Aalert(1)', 'dingtalk://page/link?url=data%3Atext%2Fhtml%2C1'],
  )

afterEach(() => vi.restoreAllMocks())

it('S-76: links of messages open without a way back, no other scheme opens at all, no other site gets the bridge', () => {
  const open = vi.spyOn(window, 'open').mockReturnValue(null)
  const bridged = [...foreign, ...harmful].filter((url) => isSameOrigin(plainUrl(url), home))
  for (const url of harmful) openOutside(plainUrl(url))
  const opened = open.mock.calls.length
  for (const url of foreign) openOutside(url)
  const withOpener = open.mock.calls.filter(
    ([, target, features]) => target !== '_blank' || features !== 'noopener,noreferrer',
  )
  const followed = harmful.filter(
    (url) =>
      scanDestination({ kind: 'link', url: plainUrl(url), agentId: null, orgId: null }).kind !== 'text',
  )
  const wrong = bridged.length + opened + withOpener.length + followed.length
  const n = foreign.length + harmful.length
  console.log(
    `FIG ${JSON.stringify({ id: 'S-76', n, value: wrong, unit: 'links that got through', target: '=0', ok: wrong === 0 })}`,
  )
  expect(wrong).toBe(0)
  expect(n).toBeGreaterThanOrEqual(100)
  expect(foreign.filter(isWebUrl).length).toBe(open.mock.calls.length)
})
