import type { Locale } from '@kangbao/shared/locale.ts'

export interface SmsMessage {
  /** 11 digits. */
  readonly to: string
  readonly template: 'sign-in-code' | 'bind-code' | 'fill-reminder'
  readonly params: Readonly<Record<string, string>>
  readonly locale: Locale
}

/** Sends text messages. Throws when the provider cannot be reached or says no. */
export interface Sms {
  send(message: SmsMessage, idempotencyKey: string): Promise<void>
}
