import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  actsIn,
  becomesKeeper,
  caseActs,
  caseStates,
  needsWords,
  stateAfter,
  type CaseState,
} from './case-acts.ts'

describe('Z-38: the follow-up of an abnormal answer', () => {
  it.each([
    ['open', ['take', 'contact', 'close', 'note']],
    ['contacted', ['take', 'close', 'note']],
    ['closed', ['reopen', 'note']],
  ] as const)('%s: what is to be had', (state, acts) => {
    expect(actsIn(state)).toEqual(acts)
  })

  it('goes from open by contacted to closed, and back only by a reason', () => {
    expect(stateAfter('open', 'contact')).toBe('contacted')
    expect(stateAfter('contacted', 'close')).toBe('closed')
    expect(stateAfter('closed', 'reopen')).toBe('open')
    expect(caseActs.filter(needsWords)).toEqual(['reopen', 'note'])
  })

  it('whatever is done, a case can be closed, and a closed one leaves that state by reopening alone', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...caseActs), { maxLength: 40 }), (acts) => {
        let state: CaseState = 'open'
        for (const act of acts) {
          const next = stateAfter(state, act)
          if (next === null) continue
          if (state === 'closed' && next !== 'closed') expect(act).toBe('reopen')
          state = next
        }
        expect(caseStates).toContain(state)
        expect(state === 'closed' || stateAfter(state, 'close') === 'closed').toBe(true)
      }),
    )
  })

  it('has a keeper as soon as somebody does something about it', () => {
    expect(caseActs.filter((act) => becomesKeeper(act, false))).toEqual(['take', 'contact', 'close'])
    expect(caseActs.filter((act) => becomesKeeper(act, true))).toEqual(['take'])
  })
})
