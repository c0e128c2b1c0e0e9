import type { Config } from '../../config.ts'
import type { Mail } from '../../ports/mail.ts'

export function smtpMail(_config: Config): Mail {
  throw new Error('in work')
}
