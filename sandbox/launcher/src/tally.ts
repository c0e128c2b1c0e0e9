import { isRecord } from './layout.ts'

export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 }

export const add = (a: Tally, b: Tally): Tally => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

/** A check that has no tests in it: types of a package, lint, a build. */
export const oneCheck = (isGood: boolean): Tally => ({
  ...nothing,
  ...(isGood ? { passed: 1 } : { failed: 1 }),
})

/** A runner that ended badly must not look good because its report names no failed test. */
const honest = (tally: Tally, exitCode: number): Tally =>
  exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally

/** From vitest's JSON report. A file that could not even be loaded has no tests, and counts as one that failed. */
export function fromVitest(report: unknown, exitCode: number): Tally {
  if (!isRecord(report)) return honest(nothing, exitCode || 1)
  const files = Array.isArray(report['testResults']) ? report['testResults'] : []
  const unloaded = files.filter(
    (file: unknown) => isRecord(file) && file['status'] === 'failed' && !hasFailedTest(file),
  )
  const tally = {
    passed: count(report, 'numPassedTests'),
    failed: count(report, 'numFailedTests') + unloaded.length,
    skipped: count(report, 'numPendingTests') + count(report, 'numTodoTests'),
  }
  return honest(tally, exitCode)
}

const hasFailedTest = (file: Record<string, unknown>): boolean =>
  Array.isArray(file['assertionResults']) &&
  file['assertionResults'].some((test: unknown) => isRecord(test) && test['status'] === 'failed')

/** From Playwright's JSON report. A test that passed only when tried again has failed. */
export function fromPlaywright(report: unknown, exitCode: number): Tally {
  const stats = isRecord(report) ? report['stats'] : undefined
  if (!isRecord(stats)) return honest(nothing, exitCode || 1)
  const tally = {
    passed: count(stats, 'expected'),
    failed: count(stats, 'unexpected') + count(stats, 'flaky'),
    skipped: count(stats, 'skipped'),
  }
  return honest(tally, exitCode)
}

const count = (from: Record<string, unknown>, key: string): number => {
  const value = from[key]
  return typeof value === 'number' ? value : 0
}

export const closingLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
