import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { framingOrigins } from '../src/http/security-headers.ts'
import { faultFigure } from './isolation/fault-figure.ts'
import { startTestServer, type TestServer } from './server.ts'
import { newWorld } from './world.ts'

const workplace = 'https://workplace.example.test'
const canary = 'canary-that-must-not-leave'
const page = '<!doctype html><head><!--workplace-shim--></head>'
const files: Readonly<Record<string, string>> = {
  'miniapps/forms/dist/index.html': page,
  'miniapps/forms/dist/assets/app-1a2b.js': 'let a = 1',
  'miniapps/forms/dist/assets/app-1a2b.js.map': canary,
  'miniapps/forms/dist/.env': canary,
  'miniapps/forms/dist/assets/.hidden.js': canary,
  'miniapps/forms/secret.js': canary,
  'miniapps/secret.js': canary,
  'secret.js': canary,
  'admin-console/dist/index.html': page,
}

let server: TestServer
let root = ''
let address = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kangbao-static-'))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  const config = {
    STATIC_DIR: root,
    PUBLIC_URL: 'https://kangbao.example.test',
    WORKPLACE_ORIGINS: `${workplace}, https://*.dingtalk.com`,
    WORKPLACE_SHIM_URL: `${workplace}/shim.js`,
    RATE_LIMIT_SCALE: 1_000,
  }
  server = await startTestServer({ config })
  address = await server.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(async () => {
  await server.close()
  await rm(root, { recursive: true, force: true })
})

const ancestorsOf = (policy: unknown) => /frame-ancestors ([^;]*)/.exec(String(policy))?.[1]

describe('headers', () => {
  it('S-71, S-77: every reply of every route carries them, refusals and unknown addresses included', async () => {
    const wrong: string[] = []
    const urls = server.app.routeTable.map(({ method, url }) => ({
      method,
      url: url.replace(/:\w+|\*/g, 'x'),
    }))
    const others = [
      '/',
      '/nowhere',
      '/api/nowhere',
      '/api/%zz',
      '/m/forms',
      '/m/nowhere/',
      '/m/forms/assets/app-1a2b.js',
    ]
    const asked = [...urls, ...others.map((url) => ({ method: 'GET', url }))].filter(
      ({ url }) => url !== '/api/live',
    )
    for (const { method, url } of asked) {
      const { headers } = await server.app.inject({ method: method as 'GET', url })
      const isFramed =
        /^\/m\/[a-z-]+\/(x)?$/.test(url) && headers['content-type']?.toString().startsWith('text/html')
      const expected: Readonly<Record<string, RegExp>> = {
        'x-content-type-options': /^nosniff$/,
        'referrer-policy':
          isFramed || url.startsWith('/console') ? /^(no-referrer|same-origin)$/ : /^no-referrer$/,
        'permissions-policy': /camera=\(\).*microphone=\(\)/,
        'cross-origin-opener-policy': /^same-origin$/,
        'cross-origin-resource-policy': /^same-origin$/,
        'content-security-policy': /default-src 'none'.*base-uri 'none'/,
      }
      for (const [name, pattern] of Object.entries(expected))
        if (!pattern.test(String(headers[name] ?? '')))
          wrong.push(`${method} ${url}: ${name} ${String(headers[name])}`)
      // Browsers remember this one for the whole site; an address nobody can read need not say it again.
      if (
        url !== '/api/%zz' &&
        headers['strict-transport-security'] !== 'max-age=31536000; includeSubDomains'
      )
        wrong.push(`${method} ${url}: strict-transport-security`)
      const ancestors = isFramed ? `${workplace} https://*.dingtalk.com` : "'none'"
      if (ancestorsOf(headers['content-security-policy']) !== ancestors)
        wrong.push(`${method} ${url}: framed by ${String(ancestorsOf(headers['content-security-policy']))}`)
      if (headers['x-frame-options'] !== (isFramed ? undefined : 'DENY'))
        wrong.push(`${method} ${url}: x-frame-options ${String(headers['x-frame-options'])}`)
      for (const name of ['access-control-allow-origin', 'set-cookie', 'server', 'x-powered-by'])
        if (headers[name] !== undefined) wrong.push(`${method} ${url}: ${name}`)
    }
    faultFigure(
      'S-71',
      asked.length,
      wrong.filter((each) => /fram/.test(each)),
      'replies that may be framed wrongly',
    )
    faultFigure('S-77', asked.length, wrong, 'missing')
    expect(wrong).toEqual([])
    expect(asked.length).toBeGreaterThan(60)
  })

  it('S-06: what the API answers, refusals included, is for no cache to keep', async () => {
    const world = await newWorld(server)
    const wrong: string[] = []
    const api = server.app.routeTable.filter(
      ({ contract }) => contract !== null && contract.produces !== 'text/event-stream',
    )
    for (const { method, url } of api) {
      const { headers } = await server.app.inject({
        method: method as 'GET',
        url: url.replace(/:\w+/g, world.orgId),
        headers: { authorization: `Bearer ${world.admin.token}` },
      })
      if (headers['cache-control'] !== 'no-store')
        wrong.push(`${method} ${url}: ${String(headers['cache-control'])}`)
    }
    faultFigure('S-06', api.length, wrong, 'replies a cache may keep')
    expect(wrong).toEqual([])
  })

  it('S-72: the page names what may run in it: our files and the bridge', async () => {
    const { headers, body } = await server.app.inject('/m/forms/')
    const policy = String(headers['content-security-policy'])
    expect(body).toContain(`<script src="${workplace}/shim.js"></script>`)
    expect(policy).toContain(`script-src 'self' ${workplace};`)
    expect(policy).not.toMatch(/unsafe|\*(?!\.dingtalk)/)
    expect(policy).toContain("require-trusted-types-for 'script'")
    const console = await server.app.inject('/console/forms')
    expect(ancestorsOf(console.headers['content-security-policy'])).toBe("'none'")
  })

  it.each(['*', 'https://*', 'https:', "'self'", 'https://a.test/path', 'https://a.test; script-src *', ''])(
    'S-71: %j is no origin that may frame us, and the server does not start with it',
    (WORKPLACE_ORIGINS) => {
      expect(() => framingOrigins({ WORKPLACE_ORIGINS })).toThrow('WORKPLACE_ORIGINS')
    },
  )
})

/** Sends a path as it is; clients tidy it up. */
function rawGet(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address)
    httpRequest({ hostname, port, path, method: 'GET' }, (response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString('latin1')))
      response.on('end', () => resolve(`${response.statusCode ?? 0} ${text}`))
    })
      .on('error', reject)
      .end()
  })
}

it('S-01: static files are those of the app: no way up, no hidden file, no source map', async () => {
  const up = [
    '..',
    '%2e%2e',
    '%2E%2E',
    '..%2f..',
    '%2e%2e%2f%2e%2e',
    '..%5c..',
    '....//..',
    '%252e%252e',
    '..;',
    '.%00.',
  ]
  const bases = ['/m/forms', '/m/forms/assets', '/console', '/m', '/docs/static', '']
  const paths = [
    ...bases.flatMap((base) =>
      up.flatMap((step) => [
        `${base}/${step}/secret.js`,
        `${base}/${step}/${step}/secret.js`,
        `${base}/${step}/${step}/${step}/secret.js`,
      ]),
    ),
    '/m/forms/.env',
    '/m/forms/assets/.hidden.js',
    '/m/forms/assets/app-1a2b.js.map',
    '/m/forms/%2eenv',
    `/m/forms/${root}/secret.js`,
    `/m/forms/assets/%2f${root}/secret.js`,
    '/m/forms//secret.js',
  ]
  const leaked: string[] = []
  for (const path of paths) if ((await rawGet(path)).includes(canary)) leaked.push(path)
  expect(await rawGet('/m/forms/assets/app-1a2b.js')).toBe('200 let a = 1')
  faultFigure('S-01', paths.length, leaked, 'files outside the app that were sent')
  expect(leaked).toEqual([])
})

it('S-74: what a foreign page can send without asking, a form or plain text, is taken by no route', async () => {
  const world = await newWorld(server)
  const taken: string[] = []
  const writes = server.app.routeTable.filter(({ method, contract }) => method !== 'GET' && contract?.body)
  for (const { method, url } of writes)
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const { statusCode } = await server.app.inject({
        method: method as 'POST',
        url: url.replace(/:\w+/g, world.orgId),
        headers: {
          'content-type': type,
          origin: 'https://evil.test',
          cookie: `token=${world.admin.token}; session=${world.admin.token}`,
        },
        payload: '{"phone":"13800002222"}',
      })
      if (statusCode < 400) taken.push(`${method} ${url} ${type}`)
    }
  faultFigure('S-74', writes.length * 3, taken, 'effects')
  expect(taken).toEqual([])
})
