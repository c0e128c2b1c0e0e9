import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appOrigins } from '../api/apps/app-site.ts'
import { newWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

describe('headers of the workplace', () => {
  it.each(['/', '/healthz', '/client-api/me', '/shim.js', '/oapi/gettoken', '/openapi/nowhere', '/nowhere'])(
    'S-71, S-77: %s is framed by nobody, sniffed by nobody, and sets no cookie',
    async (url) => {
      const { headers } = await world.app.inject(url)
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe-inline')
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['permissions-policy']).toContain('microphone=()')
      expect(headers['set-cookie']).toBeUndefined()
      if (url.startsWith('/client-api')) expect(headers['cache-control']).toBe('no-store')
      if (url !== '/shim.js') expect(headers['access-control-allow-origin']).toBeUndefined()
    },
  )

  it('S-72: it frames the origins of its suites and no others, under the name it was reached by', async () => {
    const frameSrc = async (host: string) => {
      const { headers } = await world.app.inject({ url: '/', headers: { host } })
      return /frame-src ([^;]*)/.exec(String(headers['content-security-policy']))?.[1]?.split(' ')
    }
    expect(await frameSrc('localhost:7100')).toEqual(appOrigins([world.suite], 'localhost:7100'))
    for (const host of ["x'; script-src *", 'a b', 'evil.test; frame-src *', '']) {
      const sources = await frameSrc(host)
      expect(sources).toEqual(appOrigins([world.suite], undefined))
    }
  })

  it.each([
    ['https://apps.example.test/m/?corpId=$CORPID$', 'evil.test', ['https://apps.example.test']],
    ['http://localhost:7200/m/', '192.168.1.5:7100', ['http://localhost:7200', 'http://192.168.1.5:7200']],
    ['http://localhost:7200/m/', "x'; script-src *", ['http://localhost:7200']],
    ['not an address', 'localhost', []],
  ])('S-72: an app at %s, reached as %s', (homeUrl, host, origins) => {
    expect(appOrigins([{ homeUrl, pcHomeUrl: '' }], host)).toEqual(origins)
  })
})
