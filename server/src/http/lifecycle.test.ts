import { Agent, request } from 'undici'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { lifecycle } from './lifecycle.ts'
import { problemPlugin } from './problem.ts'

const open: FastifyInstance[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()))
})

/** A server that answers after a moment, closing as ours does. */
async function listening(): Promise<{ app: FastifyInstance; url: string }> {
  const app = fastify({ forceCloseConnections: 'idle', return503OnClosing: false })
  open.push(app)
  await app.register(problemPlugin)
  await app.register(lifecycle)
  app.get('/work', async () => new Promise((done) => setTimeout(done, 20, { ok: true })))
  return { app, url: await app.listen({ port: 0, host: '127.0.0.1' }) }
}

describe('R-57: told to stop', () => {
  it('20 times one after the other under load, no request fails', async () => {
    const restarts = 20
    const agent = new Agent({ connections: 16, keepAliveTimeout: 10_000 })
    let current = await listening()
    let isOver = false
    const statuses: number[] = []
    const failures: unknown[] = []
    const underWay = new Map<string, number>()
    const count = (url: string, by: number) => underWay.set(url, (underWay.get(url) ?? 0) + by)
    const call = async (url: string) => {
      count(url, 1)
      const { statusCode, body } = await request(`${url}/work`, { dispatcher: agent })
      await body.dump()
      count(url, -1)
      statuses.push(statusCode)
    }
    const client = async () => {
      while (!isOver) await call(current.url).catch((error: unknown) => failures.push(error))
    }
    const clients = Array.from({ length: 16 }, client)
    for (let n = 0; n < restarts; n += 1) {
      const { app, url } = current
      app.lifecycle.phase = 'stopping'
      // What a balancer does when /readyz says no: new requests go elsewhere, those under way are let end.
      current = await listening()
      await vi.waitUntil(() => underWay.get(url) === 0, { timeout: 5_000, interval: 10 })
      await app.close()
    }
    isOver = true
    await Promise.all(clients)
    await agent.close()
    const failed = failures.length + statuses.filter((status) => status !== 200).length
    figure({
      id: 'R-57',
      n: statuses.length,
      value: failed,
      unit: 'failed-requests',
      target: '=0',
      ok: failed === 0,
    })
    expect(failures).toEqual([])
    expect(statuses.filter((status) => status !== 200)).toEqual([])
    expect(statuses.length).toBeGreaterThan(restarts)
  })

  it('ends what is under way, and does not wait for connections nobody uses', async () => {
    const { app, url } = await listening()
    const agent = new Agent({ connections: 2, keepAliveTimeout: 60_000 })
    await (await request(`${url}/work`, { dispatcher: agent })).body.dump()
    const underWay = request(`${url}/work`, { dispatcher: agent })
    await new Promise((done) => setTimeout(done, 5))
    app.lifecycle.phase = 'stopping'
    const from = performance.now()
    await app.close()
    expect((await underWay).statusCode).toBe(200)
    expect(performance.now() - from).toBeLessThan(2_000)
    await agent.close()
  })
})
