import { expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { startTestServer } from '../../test/server.ts'
import { openDatabase } from '../db/database.ts'

/** Nobody listens there. */
const nowhere = { REDIS_URL: 'redis://127.0.0.1:1', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }

it.each([
  ['all there', true, true, 200, 'ready', undefined],
  ['no queue: worse, and said so', true, false, 200, 'ready', ['queue']],
  ['no database', false, true, 503, 'waiting', undefined],
  ['neither', false, false, 503, 'waiting', undefined],
])('R-59: %s', async (what, hasDatabase, hasQueue, status, word, degraded) => {
  const server = await startTestServer({
    config: hasQueue ? {} : { REDIS_URL: nowhere.REDIS_URL },
    deps: () => (hasDatabase ? {} : { database: openDatabase(nowhere.DATABASE_URL) }),
  })
  try {
    const ready = await server.app.inject('/readyz')
    const alive = await server.app.inject('/healthz')
    const isRight = ready.statusCode === status && ready.json().status === word && alive.statusCode === 200
    figure({
      id: 'R-59',
      n: 1,
      value: isRight ? 0 : 1,
      unit: `wrong-states (${what})`,
      target: '=0',
      ok: isRight,
    })
    expect(ready.statusCode).toBe(status)
    expect(ready.json()).toMatchObject({ status: word, ...(degraded ? { degraded } : {}) })
    expect(ready.json().degraded).toEqual(degraded)
    expect(alive.statusCode).toBe(200)
  } finally {
    await server.close()
  }
})

it('R-58: while it starts it says so, lets nobody in and lives', async () => {
  const server = await startTestServer()
  try {
    server.app.lifecycle.phase = 'starting'
    const ready = await server.app.inject('/readyz')
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'waiting', reason: 'starting' }])
    const call = await server.app.inject('/api/me')
    expect([call.statusCode, call.json().code, call.headers['retry-after']]).toEqual([
      503,
      'server.unavailable',
      '2',
    ])
    expect((await server.app.inject('/healthz')).statusCode).toBe(200)
  } finally {
    await server.close()
  }
})
