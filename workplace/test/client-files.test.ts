import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newWorld, type World } from './world.ts'

const folder = mkdtempSync(join(tmpdir(), 'kangbao-client-'))

function build(hash: string): void {
  rmSync(join(folder, 'assets'), { recursive: true, force: true })
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), `<script src="/assets/index-${hash}.js"></script>`)
  writeFileSync(join(folder, 'assets', `index-${hash}.js`), `console.log('${hash}')`)
  writeFileSync(join(folder, 'favicon.svg'), '<svg/>')
}

let world: World
beforeAll(async () => {
  build('one')
  world = await newWorld({ staticDir: folder })
})
beforeEach(() => build('one'))
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

const get = (url: string, accept = '*/*') => world.app.inject({ url, headers: { accept } })
const open = (url: string) => get(url, 'text/html,application/xhtml+xml')

describe('Z-01: the client', () => {
  it('is served as it lies on the disk now: a build under a running process leaves no blank page', async () => {
    expect((await open('/messages')).body).toContain('index-one.js')
    build('two')
    expect((await open('/messages')).body).toContain('index-two.js')
    expect((await get('/assets/index-two.js')).body).toContain('two')
  })

  it.each(['/', '/messages', '/contacts/org/members/zhang.san', '/index.html'])(
    'answers %s with the page, never from a cache',
    async (url) => {
      const answer = await open(url)
      expect(answer.statusCode).toBe(200)
      expect(answer.headers['content-type']).toContain('text/html')
      expect(answer.headers['cache-control']).toBe('no-cache')
    },
  )

  it('lets assets be kept for ever and everything else be asked for again', async () => {
    expect((await get('/assets/index-one.js')).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    )
    expect((await get('/favicon.svg')).headers['cache-control']).toBe('public, max-age=0')
  })

  it.each(['/assets/index-zero.js', '/assets/', '/gone.png'])(
    'has no page in place of the missing file %s',
    async (url) => {
      const answer = await open(url)
      expect(answer.statusCode).toBe(404)
      expect(answer.headers['content-type']).toContain('application/problem+json')
    },
  )

  it('has no page for what asks for data, or for an interface that is not there', async () => {
    expect((await get('/messages')).statusCode).toBe(404)
    expect((await open('/client-api/nothing')).statusCode).toBe(404)
    expect((await open('/oapi/nothing')).json()).toMatchObject({ errcode: 22 })
    expect((await open('/openapi/v1.0/nothing')).json()).toMatchObject({ code: 'InvalidAction.NotFound' })
  })
})
