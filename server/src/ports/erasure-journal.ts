import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'

/** What was taken away for good: a person, one purpose of his consent, or a whole org. Ids only. */
export type Erased =
  | {
      readonly kind: 'member'
      readonly orgId: string
      readonly memberId: string
      /** The request it came from: a database that knows it as done is younger than this line. */
      readonly erasureId: string
    }
  | {
      readonly kind: 'consent'
      readonly orgId: string
      readonly memberId: string
      readonly subject: string
      readonly purpose: string
    }
  | { readonly kind: 'org'; readonly orgId: string }

export type ErasureLine = Erased & { readonly at: EpochMs }

/**
 * What was erased, kept outside the database: a backup from before an erasure brings the data back, and this list takes
 * it away again. Append-only; the same line twice does no harm.
 */
export interface ErasureJournal {
  /** Resolves when the line is on the disk; the erasure itself comes after. */
  append(line: ErasureLine): Promise<void>
  /** All lines, oldest first; a line cut off in the middle was never acknowledged and is left out. */
  lines(): AsyncIterable<ErasureLine>
}
