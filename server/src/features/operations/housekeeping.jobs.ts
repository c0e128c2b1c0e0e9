import { defineTick } from '../../jobs/define-job.ts'
import { clean, makePartitions } from './housekeeping.system.ts'

/** Looks ahead for partitions and sweeps behind, a little at a time. */
export const keepHouse = defineTick({
  name: 'operations.housekeeping',
  everyMs: 600_000,
  async run({ deps: { database, clock }, log }) {
    const now = clock.now()
    const isMade = await database.inSystem((system) => makePartitions(system, now))
    if (!isMade) log.info('partitions left for the next time: the tables are in use')
    await database.inSystem((system) => clean(system, now))
  },
})
