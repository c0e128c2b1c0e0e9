import type { DeliveryReason } from '@kangbao/shared/contracts/webhooks.ts'

export interface WebhookAnswer {
  readonly status: number
  /** How long the receiver asked us to wait. */
  readonly retryAfterMs: number | null
}

/** Nothing answered. */
export class WebhookUnanswered extends Error {
  override readonly name = 'WebhookUnanswered'
  constructor(
    readonly reason: DeliveryReason,
    options?: ErrorOptions,
  ) {
    super(`no answer: ${reason}`, options)
  }
}

/** Calls addresses that organisations named: anybody's, and so none of our own network (S-29, S-86). */
export interface Webhooks {
  /** Whether an address may be named at all; where it leads is judged at each call. */
  mayCall(url: string): boolean
  /** @throws WebhookUnanswered */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<WebhookAnswer>
}
