import { describe, expect, it } from 'vitest'
import type { DailyRun } from '@kangbao/shared/contracts/operations.ts'
import { runParts, runState, runWhole } from './run-progress.ts'

function run(change: Partial<DailyRun>): DailyRun {
  return {
    id: 'run',
    kind: 'health',
    day: '2026-11-22',
    startedAt: '2026-11-22T14:00:00.000Z',
    finishedAt: '2026-11-22T14:31:00.000Z',
    due: 10,
    delivered: 10,
    refused: 0,
    waiting: 0,
    skipped: 0,
    endpoints: [],
    ...change,
  }
}

describe('Z-45: how a daily run stands', () => {
  it.each([
    { name: 'not finished', change: { finishedAt: null }, state: 'going' },
    { name: 'finished but orgs still waiting', change: { delivered: 8, waiting: 2 }, state: 'going' },
    { name: 'some refused, none waiting', change: { delivered: 9, refused: 1 }, state: 'refused' },
    { name: 'all delivered', change: {}, state: 'done' },
    { name: 'nothing was due', change: { due: 0, delivered: 0, skipped: 4 }, state: 'done' },
  ])('$name → $state', ({ change, state }) => {
    expect(runState(run(change))).toBe(state)
  })
  it('fills the bar with every org exactly once', () => {
    const mixed = run({ due: 10, delivered: 5, refused: 1, waiting: 4, skipped: 3 })
    const sum = runParts(mixed, (label) => label).reduce((total, { value }) => total + value, 0)
    expect([sum, runWhole(mixed)]).toEqual([13, 13])
  })
})
