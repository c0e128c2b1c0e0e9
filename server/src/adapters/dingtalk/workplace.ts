import type { Config, Suite } from '../../config.ts'
import type { TicketStore } from '../../features/authorisation/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Workplace } from '../../ports/workplace.ts'

export function dingtalkWorkplace(_parts: {
  config: Config
  suites: readonly Suite[]
  clock: Clock
  tickets: TicketStore
}): Workplace {
  throw new Error('in work')
}
