import type { Config } from '../../config.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Government } from '../../ports/government.ts'

export function httpGovernment(_config: Config, _clock: Clock): Government {
  throw new Error('in work')
}
