import type { LocalText } from '../locale.ts'

/** A number of a roll-up: which count of the report is summed, and how it may be told. */
export interface RollupFigure {
  readonly id: string
  /** Name of the count in the report. */
  readonly count: string
  readonly label: LocalText
  /** About people's health: small numbers of it are hidden, so that nobody can be made out. */
  readonly isSensitive: boolean
}

/** What of one kind of report is summed over the tree of regions: data of a programme. */
export interface RollupDefinition {
  readonly kind: 'employment' | 'health'
  readonly label: LocalText
  /** Each day has numbers of its own; else the newest report of an organisation stands, whatever its day. */
  readonly each: 'day' | 'standing'
  readonly figures: readonly RollupFigure[]
  /** Ids of figures: of how many, and how many of them; regions are ranked by their share. */
  readonly share: { readonly of: string; readonly part: string }
  /** Id of the figure whose rise is looked after; none where there is nothing of the kind. */
  readonly alarm: string | null
}

/** The day under which standing numbers are kept. */
export const standingDay = '2000-01-01'
