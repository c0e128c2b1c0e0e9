import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { GovernmentReport, GovernmentTakenPage } from '@kangbao/shared/contracts/government.ts'

/** What the government said to a report; an answer that is neither is an exception and tried again. */
export type Verdict =
  | { readonly accepted: true; readonly receiptNo: string }
  | { readonly accepted: false; readonly refusal: { code: string; title: string; detail: string } }

/** The government's endpoint did not take the report now; it may later. */
export class GovernmentUnavailable extends Error {
  override readonly name = 'GovernmentUnavailable'
  constructor(
    message: string,
    /** How long the endpoint asked us to wait, if it did, in milliseconds. */
    readonly retryAfterMs: number | null,
    options?: ErrorOptions,
  ) {
    super(message, options)
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
