import type { OrgEvent } from '@kangbao/shared/contracts/events.ts'
import type { DeliveryReason } from '@kangbao/shared/contracts/webhooks.ts'
import type { Deps } from '../../deps.ts'
import { webhookCalls } from '../../metrics.ts'
import { WebhookUnanswered } from '../../ports/webhooks.ts'
import type { Receiver } from './sending.repo.ts'
import { secretPlace } from './webhook-secrets.ts'
import { signedWebhookHeaders } from './webhook-signing.ts'

export interface Outcome {
  readonly status: number | null
  readonly reason: DeliveryReason | null
  readonly retryAfterMs: number | null
  readonly tookMs: number
}

/** Taken by the receiver; a redirect is not followed, and is a no. */
export const hasArrived = ({ status }: Outcome): boolean => status !== null && status >= 200 && status < 300
/** The receiver wants nothing any more. */
export const isGone = ({ status }: Outcome): boolean => status === 410

type Sent = Omit<OrgEvent, 'sequence'> & { readonly sequence: number | null }

/** One call of a receiver with one event, signed by every secret that is good. */
export async function attempt(
  { vault, webhooks, clock }: Pick<Deps, 'vault' | 'webhooks' | 'clock'>,
  orgId: string,
  { id, url, secret, oldSecret }: Receiver,
  event: Sent,
): Promise<Outcome> {
  const secrets = [await vault.open(secretPlace(orgId, id, 'secret'), secret)]
  if (oldSecret) secrets.push(await vault.open(secretPlace(orgId, id, 'old_secret'), oldSecret))
  const body = JSON.stringify(event)
  const headers = signedWebhookHeaders(secrets, { id: event.id, body, now: clock.now() })
  const begun = performance.now()
  const took = () => Math.round(performance.now() - begun)
  try {
    const { status, retryAfterMs } = await webhooks.post(url, headers, body)
    webhookCalls.inc({ outcome: status >= 200 && status < 300 ? 'taken' : 'refused' })
    return { status, reason: null, retryAfterMs, tookMs: took() }
  } catch (error) {
    if (!(error instanceof WebhookUnanswered)) throw error
    webhookCalls.inc({ outcome: error.reason })
    return { status: null, reason: error.reason, retryAfterMs: null, tookMs: took() }
  }
}
