/** The public holidays of mainland China. */
export type Festival =
  'new-year' | 'spring-festival' | 'qingming' | 'labour-day' | 'dragon-boat' | 'mid-autumn' | 'national-day'

/** One numbered paragraph of a notice: the days off in a row, and the weekend days worked in return. */
export interface Holiday {
  /** Two when they fall together, in the order of the notice. */
  readonly festivals: readonly Festival[]
  readonly from: string
  /** Inclusive. */
  readonly to: string
  readonly makeUpDays: readonly string[]
}

/**
 * What the State Council's General Office arranged for a year (国务院办公厅关于…年部分节假日安排的通知), as its notices
 * say it and nothing besides. A notice comes out in October to December of the year before; to add a year, add its
 * file and name it in `years.ts`.
 */
export interface HolidayYear {
  readonly year: number
  readonly notices: readonly { readonly number: string; readonly url: string }[]
  /** In the order of the calendar. The first may begin in the last days of the year before. */
  readonly holidays: readonly Holiday[]
}
