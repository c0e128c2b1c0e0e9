import { defineTick } from '../../jobs/define-job.ts'
import { forgetChanges } from './consent-changes.system.ts'

/** Lets go of what every process has heard of. */
export const forgetOldChanges = defineTick({
  name: 'consents.forget',
  everyMs: 600_000,
  run: ({ deps }) => deps.database.inSystem(forgetChanges),
})
