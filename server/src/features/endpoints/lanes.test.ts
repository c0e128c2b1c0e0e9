import { describe, expect, it } from 'vitest'
import { RetryLater } from '../../jobs/retry-later.ts'
import { endpointLanes } from './lanes.ts'

describe('R-20: the lanes of an endpoint', () => {
  it('lets four in at once, the next as soon as one leaves, and another endpoint at any time', async () => {
    const lanes = endpointLanes(() => 0)
    const leave = await Promise.all(Array.from({ length: 4 }, () => lanes.enter('a')))
    const order: string[] = []
    const fifth = lanes.enter('a').then(() => order.push('a'))
    await lanes.enter('b').then(() => order.push('b'))
    expect(order).toEqual(['b'])
    leave[2]?.()
    await fifth
    expect(order).toEqual(['b', 'a'])
  })

  it('sends away, later and later, while those inside get no answer', async () => {
    let now = 0
    const lanes = endpointLanes(() => now)
    const [leave] = await Promise.all(Array.from({ length: 4 }, () => lanes.enter('a')))
    now = 1_000
    const sentAway = async () => {
      const error: unknown = await lanes.enter('a').catch((cause: unknown) => cause)
      return error instanceof RetryLater ? error.afterMs : null
    }
    expect([await sentAway(), await sentAway()]).toEqual([2_250, 2_500])
    leave?.()
    await lanes.enter('a')
    now = 2_000
    expect(await sentAway()).toBe(2_250)
  })
})
