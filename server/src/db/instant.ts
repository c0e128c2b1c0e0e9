import { sql, type SQL } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'

/** A moment as a value of a statement. */
export const instant = (at: EpochMs): SQL => sql`${new Date(at).toISOString()}::timestamptz`
