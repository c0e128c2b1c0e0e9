import type { Config } from '../../config.ts'
import type { Sms } from '../../ports/sms.ts'

export function httpSms(_config: Config): Sms {
  throw new Error('in work')
}
