import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from './server.ts'

const script = `let words = '${'same again '.repeat(40)}'`
let server: TestServer
let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kangbao-static-'))
  const assets = join(root, 'miniapps/forms/dist/assets')
  await mkdir(assets, { recursive: true })
  await writeFile(join(assets, 'app-1a2b.js'), script)
  await writeFile(join(assets, 'app-1a2b.js.gz'), gzipSync(script))
  await writeFile(join(assets, 'app-1a2b.js.br'), brotliCompressSync(script))
  await writeFile(join(assets, 'small-1a2b.js'), 'let a = 1')
  await writeFile(join(root, 'miniapps/forms/dist/index.html'), '<title>forms</title>')
  await writeFile(join(root, 'miniapps/forms/dist/sw.js'), script)
  const reports = join(root, 'miniapps/health-report/dist')
  await mkdir(reports, { recursive: true })
  await writeFile(join(reports, 'index.html'), '<title>health</title>')
  const config = { STATIC_DIR: root, WORKPLACE_SHIM_URL: 'https://workplace.example.test/shim.js' }
  server = await startTestServer({ config })
})
afterAll(async () => {
  await server.close()
  await rm(root, { recursive: true, force: true })
})

const asked = (name: string, encodings: string) =>
  server.app.inject({
    method: 'GET',
    url: `/m/forms/assets/${name}`,
    headers: { 'accept-encoding': encodings },
  })

it.each([
  ['gzip, deflate', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['identity', undefined],
])('P26: a script leaves as small as the browser can read it (%s)', async (encodings, expected) => {
  const reply = await asked('app-1a2b.js', encodings)
  expect(reply.headers['content-encoding']).toBe(expected)
  expect(reply.headers['content-type']).toMatch(/javascript/)
  expect(reply.headers['cache-control']).toContain('immutable')
  // A cache between us and the phone must not hand the one's bytes to the other.
  expect(reply.headers['vary']).toMatch(/accept-encoding/i)
  if (expected === 'gzip') expect(gunzipSync(reply.rawPayload).toString()).toBe(script)
  if (expected === undefined) expect(reply.body).toBe(script)
})

it('P26: what was too small to compress leaves as it is', async () => {
  const reply = await asked('small-1a2b.js', 'gzip, br')
  expect(reply.headers['content-encoding']).toBeUndefined()
  expect(reply.body).toBe('let a = 1')
})

it('X-10, S-72: the worker is asked for anew each time, and may fetch our files and the host’s script, nothing else', async () => {
  const reply = await server.app.inject('/m/forms/sw.js')
  expect(reply.body).toBe(script)
  expect(reply.headers['content-type']).toMatch(/javascript/)
  expect(reply.headers['cache-control']).toContain('max-age=0')
  expect(reply.headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; connect-src 'self' https://workplace.example.test",
  )
})

it('X-10, S-72: only the page of an app that has a worker may name one', async () => {
  const policyOf = async (url: string) =>
    String((await server.app.inject(url)).headers['content-security-policy'])
  expect(await policyOf('/m/forms/')).toContain('trusted-types vue kangbao-worker;')
  expect(await policyOf('/m/health-report/')).toContain('trusted-types vue;')
  expect((await server.app.inject('/m/health-report/sw.js')).statusCode).toBe(404)
})

it('S-71, S-72: the page of a kiosk may use the camera, is framed by nobody and loads no host; every other page may not', async () => {
  const page = async (url: string) => (await server.app.inject({ method: 'GET', url })).headers
  const kiosk = await page('/m/forms/kiosk?lang=en')
  expect(kiosk['permissions-policy']).toContain('camera=(self)')
  expect(kiosk['x-frame-options']).toBe('DENY')
  const policy = String(kiosk['content-security-policy'])
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';")
  expect(policy).toContain("frame-ancestors 'none'")
  for (const url of ['/m/forms/', '/m/forms/kiosk/x', '/m/forms/kiosks', '/m/health-report/kiosk']) {
    const other = await page(url)
    expect(other['permissions-policy']).toContain('camera=()')
    expect(String(other['content-security-policy'])).not.toContain('wasm')
  }
})
