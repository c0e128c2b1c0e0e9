import { describe, expect, it } from 'vitest'
import { add, closingLine, fromPlaywright, fromVitest, nothing, oneCheck } from './tally.ts'

describe('tally', () => {
  it('counts a file that could not be loaded as failed', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      numPendingTests: 1,
      testResults: [
        { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
        { status: 'failed', assertionResults: [] },
        { status: 'passed', assertionResults: [{ status: 'passed' }] },
      ],
    }
    expect(fromVitest(report, 1)).toEqual({ passed: 3, failed: 2, skipped: 1 })
  })

  it.each([fromVitest, fromPlaywright])(
    'never looks good when the runner ended badly or left no report',
    (read) => {
      expect(read(undefined, 0).failed).toBe(1)
      expect(read({ numPassedTests: 2, testResults: [], stats: { expected: 2 } }, 1)).toMatchObject({
        passed: 2,
        failed: 1,
      })
    },
  )

  it('counts a journey that passed only when tried again as failed', () => {
    expect(fromPlaywright({ stats: { expected: 4, unexpected: 0, flaky: 1, skipped: 2 } }, 0)).toEqual({
      passed: 4,
      failed: 1,
      skipped: 2,
    })
  })

  it('closes with one line', () => {
    expect(closingLine(add(oneCheck(true), nothing))).toBe('1 passed, 0 failed')
    expect(closingLine({ passed: 2, failed: 1, skipped: 3 })).toBe('2 passed, 1 failed, 3 skipped')
  })
})
