import { relative } from 'node:path'
import { expect, it } from 'vitest'
import { repoRoot } from './layout.ts'
import { testsOfTheQueue } from './queue-tests.ts'

it('R-02, R-04: what meets the queue is found by what it says and by what helps it; the rest is not run twice', () => {
  const found = testsOfTheQueue().map((file) => relative(repoRoot, file))
  expect(found).toEqual(
    expect.arrayContaining([
      'server/src/jobs/queues.test.ts',
      'server/src/features/notifications/ladder.test.ts',
      // Starts jobs by way of a helper only.
      'server/test/host-sign-in.test.ts',
    ]),
  )
  expect(found).not.toContain('server/test/isolation.test.ts')
  expect(found).not.toContain('server/test/civil-day.test.ts')
})
