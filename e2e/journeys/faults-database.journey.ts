import { randomInt } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { figure } from '@kangbao/launcher/figure.ts'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { seeded } from '../demo/city.ts'
import { until } from '../drivers/http.ts'
import { gapsOf, lostOf, storedRevisions, threeCounts } from '../support/ledgers.ts'
import { drawFilings, fileAll } from '../support/load.ts'
import { OwnStack } from '../support/own-stack.ts'
import { foundOrg, outlineOf } from '../support/working-org.ts'

test.describe.configure({ mode: 'serial', timeout: 300_000 })

const submissions = 600
const processes = ['workplace', 'server', 'sandbox'] as const

let own: OwnStack
test.beforeAll(async () => {
  own = await OwnStack.start()
  await own.putClocks('10:00')
})
test.afterAll(() => own.stop())

test('R-05: PostgreSQL is restarted and killed in mid-load; callers are told to come back, and no process ends', async () => {
  const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 31))
  console.log(`replay with FAULTS_SEED=${seed}`)
  const random = seeded(seed)
  const org = await foundOrg(own.urls, outlineOf(1, 12))
  const day = civilDayOf(own.now(), 'Asia/Shanghai')
  const pidsBefore = processes.map((name) => own.stack.pidOf(name))

  const restartAt = Math.floor(submissions * (0.1 + random() * 0.3))
  const killAt = Math.floor(submissions * (0.5 + random() * 0.3))
  // One after the other: a server that is still coming up cannot be killed.
  let restarts = Promise.resolve()
  let planned = 0
  const restart = (signal: 'SIGINT' | 'SIGKILL') => {
    planned += 1
    restarts = restarts.then(() => own.restartDatabase(signal))
  }
  const { acknowledged, refused } = await fileAll(drawFilings([org], submissions, random), day, {
    onAcknowledged(count) {
      if (count === restartAt) restart('SIGINT')
      if (count === killAt) restart('SIGKILL')
    },
  })
  await restarts
  expect(planned).toBe(2)

  // What callers were told in the gap: nothing but "come back in a moment".
  expect(refused.length).toBeGreaterThan(0)
  for (const { status, body, headers } of refused) {
    expect(body).toMatchObject({ code: 'server.unavailable', status: 503 })
    expect(status).toBe(503)
    expect(headers.get('content-type')).toContain('application/problem+json')
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(2)
  }
  const ended = processes.filter((name, i) => own.stack.pidOf(name) !== pidsBefore[i]).length
  figure({ id: 'R-05', n: 2, value: ended, unit: 'process-restarts', target: '=0', seed, ok: ended === 0 })
  expect(ended).toBe(0)

  const revisions = await storedRevisions(own, org, day)
  const lost = lostOf(revisions, acknowledged).length
  figure({ id: 'R-05', n: submissions, value: lost, unit: 'lost', target: '=0', seed, ok: lost === 0 })
  expect(lost).toBe(0)
  expect(gapsOf(revisions)).toBe(0)
  const { rows, counters, shown } = await threeCounts(own, org, org.admin, day)
  expect(counters).toEqual(rows)
  expect(shown).toEqual(rows)

  // All three are themselves again, queue and live events included.
  for (const url of [own.urls.workplace, own.urls.server, new URL(own.urls.sms).origin])
    await until(
      `readiness of ${url}`,
      async () => (await fetch(`${url}/readyz`)).status,
      (status) => status === 200,
    )
})
