/** The number in a reason that carries one, `mail-refused:550`; otherwise the reason itself. */
export function reasonCode(reason: string): string {
  return reason.slice(reason.indexOf(':') + 1)
}

/** Reasons of the platform and of ours, as the last part of a locale key; one it does not know is shown by its code. */
export function reasonKey(reason: string): string {
  if (['143105', '143205'].includes(reason)) return 'reason-daily-cap'
  if (['143103', '143104', '143203', '143204'].includes(reason)) return 'reason-minute-cap'
  if (['invalid', '1430000'].includes(reason)) return 'reason-unreachable'
  if (reason === 'forbidden') return 'reason-forbidden'
  if (reason === 'failed') return 'reason-failed'
  if (reason === 'result-unknown') return 'reason-unknown'
  if (reason === 'app-not-enabled') return 'reason-app'
  if (reason === 'sms-taken') return 'reason-sms-taken'
  if (reason === 'sms-failed') return 'reason-sms-failed'
  if (reason === 'sms-budget') return 'reason-sms-budget'
  if (reason === 'mail-taken') return 'reason-mail-taken'
  if (reason === 'mail-failed') return 'reason-mail-failed'
  if (reason.startsWith('mail-no-mailbox:')) return 'reason-mail-no-mailbox'
  if (reason.startsWith('mail-refused:')) return 'reason-mail-refused'
  if (reason === 'quiet-hours') return 'reason-quiet'
  if (reason === 'own-quiet-hours') return 'reason-own-quiet'
  if (reason === 'form-ended') return 'reason-ended'
  return 'reason-code'
}
