import type { Notice } from '../consents/notice.ts'
import type { FormDefinition } from '../forms/definition.ts'
import type { LocalText } from '../locale.ts'
import type { RollupDefinition } from '../rollups/definition.ts'

export interface TemplateCategory {
  readonly id: string
  readonly label: LocalText
}

/** Which form a report counts, and what it calls itself. */
export interface ReportDefinition {
  readonly kind: 'employment' | 'health'
  readonly formId: string
  readonly label: LocalText
}

/** Everything particular to a programme: data only. */
export interface Programme {
  readonly id: string
  readonly label: LocalText
  readonly categories: readonly TemplateCategory[]
  readonly templates: readonly FormDefinition[]
  /** What people are told before they fill a template for the first time, by its id; every template has one (S-39). */
  readonly notices: Readonly<Record<string, Notice>>
  readonly reports: readonly ReportDefinition[]
  /** What of the reports is summed over the tree of regions. */
  readonly rollups: readonly RollupDefinition[]
  /** GB/T 2260 prefix of the programme's own area. */
  readonly area: string
  readonly policy: {
    /** Wall time (org zone) of the automatic daily report, spread over a window of minutes (Z-45). */
    readonly dailyReport: { readonly time: string; readonly windowMinutes: number }
    /** Default reminder after a send, in minutes; then the department heads, in minutes after the send (Z-33). */
    readonly reminders: { readonly memberAfterMinutes: number; readonly headsAfterMinutes: number }
    /** Wall time at which a day's answers close (edits become corrections), of the same day. */
    readonly cutOff: string
    /** A deletion a person asked for is done after so many hours, in which an admin may object; 24 at most (S-42). */
    readonly erasureAfterHours: number
    /** Days an organisation's data is kept after it removed the product (S-41). */
    readonly removedOrgDays: number
  }
}
