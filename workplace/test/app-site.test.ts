import { expect, it } from 'vitest'
import { onAppSite } from '../api/apps/app-site.ts'

const local = 'http://localhost:7200/m/forms/'
it.each([
  ['http://localhost:7200/m/forms/x?a=1', local, 'localhost', 'http://localhost:7200/m/forms/x?a=1'],
  ['http://192.168.1.9:7200/m/forms/x', local, '192.168.1.9', 'http://localhost:7200/m/forms/x'],
  ['http://192.168.1.9:7200/m/forms/x', local, 'localhost', 'http://localhost:7200/m/forms/x'],
  ['http://my-pc.local:7200/m/forms/x', local, 'my-pc.local', 'http://localhost:7200/m/forms/x'],
  ['http://192.168.1.9:7201/m/forms/x', local, '192.168.1.9', null],
  ['http://evil.example.com:7200/m/forms/x', local, 'localhost', null],
  ['http://192.168.1.evil.com:7200/m/forms/x', local, 'localhost', null],
  ['http://10.0.0.5/m/', 'https://isv.example.com/m/', '10.0.0.5', null],
])('Z-08: %s for an app at %s opened through %s → %s', (url, home, host, expected) => {
  expect(onAppSite(new URL(url), new URL(home), host)?.href ?? null).toBe(expected)
})
