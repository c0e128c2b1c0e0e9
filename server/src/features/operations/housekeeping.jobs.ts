import { defineTick } from '../../jobs/define-job.ts'
import { clean, makePartitions } from './housekeeping.system.ts'

/** Looks ahead for partitions and sweeps behind, a little at a time. */
export const keepHouse = defineTick({
  name: 'operations.housekeeping',
  everyMs: 600_000,
  async run({ deps: { database, clock } }) {
    const now = clock.now()
    await database.inSystem((system) => makePartitions(system, now))
    await database.inSystem((system) => clean(system, now))
  },
})
