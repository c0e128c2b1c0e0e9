import { describe, expect, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import { openDatabase } from '../src/database.ts'
import { newWorld } from './world.ts'

const world = newWorld()

describe('sandbox', () => {
  it('is ready while its database answers, and says so when it does not', async () => {
    expect((await world.app.inject('/readyz')).statusCode).toBe(200)
    const database = openDatabase('postgres://nobody@127.0.0.1:1/none')
    const app = await buildApp({ ...world.deps, database })
    expect((await app.inject('/readyz')).statusCode).toBe(503)
    expect((await app.inject('/healthz')).statusCode).toBe(200)
  })

  it('has no clock to move unless it was asked for', async () => {
    const app = await buildApp({ ...world.deps, config: { ...world.deps.config, hasClockControl: false } })
    expect(
      (await app.inject({ method: 'POST', url: '/__clock', payload: { advanceMs: 1 } })).statusCode,
    ).toBe(404)
  })

  it('tells an open page at once that something came in', async () => {
    const address = await world.app.listen({ port: 0, host: '127.0.0.1' })
    const stop = new AbortController()
    const stream = await fetch(`${address}/government/live`, { signal: stop.signal })
    const reader = stream.body?.getReader()
    await reader?.read()
    world.deps.live.changed('government')
    const event = new TextDecoder().decode((await reader?.read())?.value)
    expect(event).toContain('event: changed')
    stop.abort()
  })

  it('names every fault of its environment at once', () => {
    const read = (): unknown => loadConfig({ PORT: 'x', SMS_SECRET: 'short' })
    expect(read).toThrow(/DATABASE_URL|env/)
    expect(read).toThrow(/PORT/)
    expect(read).toThrow(/SMS_SECRET/)
  })

  it('serves pages, style and script without anything from elsewhere', async () => {
    for (const path of [
      '/',
      '/government',
      '/sms',
      '/mail',
      '/assets/style.css',
      '/assets/live.js',
      '/assets/icon.svg',
    ]) {
      const answer = await world.app.inject(path)
      expect(answer.statusCode).toBe(200)
      expect(answer.body).not.toMatch(/(src|href)="https?:/)
    }
  })
})
