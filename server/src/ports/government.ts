import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { EndpointOutcome } from '@kangbao/shared/contracts/endpoints.ts'
import type { GovernmentReport, GovernmentTakenPage } from '@kangbao/shared/contracts/government.ts'

/** What the government said to a report; an answer that is neither is an exception and tried again. */
export type Verdict =
  | { readonly accepted: true; readonly receiptNo: string }
  | { readonly accepted: false; readonly refusal: { code: string; title: string; detail: string } }

/** What is known of a call that was not answered. */
interface Unanswered extends ErrorOptions {
  /** In one word, for the operator. */
  readonly fault?: Exclude<EndpointOutcome, 'answered' | 'no-list'>
  /** The report certainly was not taken: it never left, or the answer says so. Else nobody knows. */
  readonly isUntaken?: boolean
}

/** The government's endpoint did not take the report now; it may later. */
export class GovernmentUnavailable extends Error {
  override readonly name = 'GovernmentUnavailable'
  readonly fault: Exclude<EndpointOutcome, 'answered' | 'no-list'>
  readonly isUntaken: boolean
  constructor(
    message: string,
    /** How long the endpoint asked us to wait, if it did, in milliseconds. */
    readonly retryAfterMs: number | null,
    { fault = 'unreachable', isUntaken = false, ...options }: Unanswered = {},
  ) {
    super(message, options)
    this.fault = fault
    this.isUntaken = isUntaken
  }
}

export interface Government {
  /**
   * Delivers one report; the same report sent again has no second effect there (Z-44).
   * @throws GovernmentUnavailable when there is no answer, or one that asks to come back.
   */
  submit(report: GovernmentReport): Promise<Verdict>
  /**
   * A page of the list of what the endpoint took for a day.
   * @param after `next` of the page before; null for the first.
   * @returns null when the endpoint keeps no list.
   * @throws GovernmentUnavailable when there is no answer, or none that the receiver signed and that can be read.
   */
  taken(day: CivilDate, after: string | null): Promise<GovernmentTakenPage | null>
  /** Lower-case hex of the hash, by the endpoint's suite, of the bytes a report is sent as. */
  digestOf(report: GovernmentReport): string
}

/** What signs calls to an endpoint, and what its receipts are checked with. */
export type EndpointKeys =
  | { readonly suite: 'hmac-sha256'; readonly secret: string }
  | { readonly suite: 'sm2-sm3'; readonly privateKey: string; readonly receiverKey: string }

/** How an endpoint is called, as the operator keeps it. */
export interface EndpointSettings {
  readonly id: string
  /** Higher with every change of the rest. */
  readonly revision: number
  readonly address: string
  readonly keyId: string
  readonly keys: EndpointKeys
  /** Most calls of this process in a second; 0 for no limit. */
  readonly callsPerSecond: number
}

/** The endpoints besides the one of the environment. */
export interface Governments {
  /** The one of these settings; its pace goes on when they change. */
  at(settings: EndpointSettings): Government
  /** Why calls may not be made so; null when they may. No call is made. */
  faultOf(settings: Pick<EndpointSettings, 'address' | 'keys'>): 'address' | 'key' | null
}
