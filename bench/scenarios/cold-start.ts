import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { freePort, stopChild, untilReady } from '../bench.ts'
import type { Scenario } from '../scenario.ts'

/** P24: from spawn to the first answer, on a database that is up and migrated, beside a bare Fastify. */
export const coldStart: Scenario = {
  name: 'cold-start',
  ids: ['P24'],
  async run(bench) {
    await (await bench.startServer()).stop() // migrates
    const rounds: { bare: number; server: number; rss: number }[] = []
    for (let round = 0; round < (bench.profile === 'full' ? 7 : 4); round += 1) {
      const bare = await startBare()
      const from = performance.now()
      const subject = await bench.startServer()
      const server = performance.now() - from
      rounds.push({ bare, server, rss: subject.peakMb() })
      await subject.stop()
    }
    const last = rounds.at(-1)
    return [
      {
        id: 'P24',
        ratios: rounds.map((round) => round.server / round.bare),
        floor: rounds.map((round) => round.bare),
        absolute: { server_ms: last?.server ?? 0, bare_ms: last?.bare ?? 0, rss_mb: last?.rss ?? 0 },
        checks: {},
      },
    ]
  },
}

async function startBare(): Promise<number> {
  const port = await freePort()
  const from = performance.now()
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '..', 'floors', 'bare-fastify.mjs'), String(port)],
    {
      stdio: 'ignore',
    },
  )
  await untilReady(`http://127.0.0.1:${port}/`, child)
  const took = performance.now() - from
  await stopChild(child)
  return took
}
