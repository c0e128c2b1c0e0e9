import { createHmac, randomBytes } from 'node:crypto'
import { webhookHeaders } from '@kangbao/shared/contracts/webhooks.ts'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'

const secretPrefix = 'whsec_'

/** 32 random bytes, spelled as the Standard Webhooks specification has it. */
export function newWebhookSecret(): string {
  return `${secretPrefix}${randomBytes(32).toString('base64')}`
}

/**
 * The headers of one attempt: the id names the event and stays, the time is that of the attempt. Each secret that is good
 * signs, so that a receiver may know either.
 */
export function signedWebhookHeaders(
  secrets: readonly string[],
  { id, body, now }: { readonly id: string; readonly body: string; readonly now: EpochMs },
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000))
  const signed = `${id}.${timestamp}.${body}`
  const signatures = secrets.map(
    (secret) =>
      `v1,${createHmac('sha256', Buffer.from(secret.slice(secretPrefix.length), 'base64'))
        .update(signed)
        .digest('base64')}`,
  )
  return {
    [webhookHeaders.id]: id,
    [webhookHeaders.timestamp]: timestamp,
    [webhookHeaders.signature]: signatures.join(' '),
  }
}
