import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { seeded } from '../../demo/city.ts'
import { percentile } from './figures.ts'
import { openLoop } from './open-loop.ts'

it('R-38: goes on sending while the other side stands still, and counts the waiting', async () => {
  let isStill = true
  setTimeout(() => (isStill = false), 300)
  const answers = await openLoop({
    perSecond: 200,
    seconds: 0.6,
    random: seeded(1),
    async send() {
      while (isStill) await sleep(5)
      return { status: 200, retryAfterS: 0 }
    },
  })
  expect(answers.length).toBeGreaterThan(80)
  expect(
    percentile(
      answers.map(({ ms }) => ms),
      0.9,
    ),
  ).toBeGreaterThan(150)
})

it('R-39: who is refused comes again when it was told to', async () => {
  const calls = new Map<number, number>()
  const answers = await openLoop({
    perSecond: 20,
    seconds: 1,
    random: seeded(2),
    async send(n) {
      calls.set(n, (calls.get(n) ?? 0) + 1)
      return calls.get(n) === 1 ? { status: 503, retryAfterS: 1 } : { status: 200, retryAfterS: 0 }
    },
    comesBackAfterMs: () => 50,
  })
  expect([...calls.values()].filter((count) => count === 2).length).toBeGreaterThan(5)
  // The rate is that of all arrivals, whoever it is.
  expect(answers.length).toBeLessThan(40)
})
