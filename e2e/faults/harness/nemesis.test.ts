import { describe, expect, it } from 'vitest'
import { seeded } from '../../demo/city.ts'
import { Nemesis, planBlows } from './nemesis.ts'

describe('the nemesis', () => {
  const kinds = ['kill', 'stop'] as const

  it('plans the same from the same seed, and something else from another', () => {
    const plan = (seed: number) => planBlows(20_000, 20, seeded(seed), kinds)
    expect(plan(7)).toEqual(plan(7))
    expect(plan(7)).not.toEqual(plan(8))
  })

  it('strikes in order, within the work, each blow in its own share', () => {
    const plan = planBlows(1_000, 4, seeded(3), kinds)
    expect(plan).toHaveLength(4)
    plan.forEach(({ at }, n) => {
      expect(at).toBeGreaterThanOrEqual(n * 200)
      expect(at).toBeLessThanOrEqual((n + 1) * 200)
    })
  })

  it('strikes one blow after the other, even when the work runs ahead', async () => {
    let under = 0
    let most = 0
    const nemesis = new Nemesis(planBlows(100, 5, seeded(1), kinds), async () => {
      under += 1
      most = Math.max(most, under)
      await new Promise((done) => setTimeout(done, 2))
      under -= 1
    })
    nemesis.progress(100)
    await nemesis.done()
    expect([nemesis.struck, most]).toEqual([5, 1])
  })

  it('passes on what goes wrong', async () => {
    const nemesis = new Nemesis([{ at: 1, what: 'kill' }], () => Promise.reject(new Error('not killed')))
    nemesis.progress(1)
    await expect(nemesis.done()).rejects.toThrow('not killed')
  })
})
