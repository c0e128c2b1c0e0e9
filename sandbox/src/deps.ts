import type { ControlledClock } from './clock.ts'
import type { Config } from './config.ts'
import type { Database } from './database.ts'
import type { Live } from './live.ts'

export interface Deps {
  readonly config: Pick<Config, 'governmentKeys' | 'smsSecret' | 'hasClockControl'>
  readonly database: Database
  readonly clock: ControlledClock
  readonly live: Live
}
