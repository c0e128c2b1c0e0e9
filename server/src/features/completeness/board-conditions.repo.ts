import { sql, type SQL } from 'drizzle-orm'
import type { PhoneHashes } from '../../keys/phone-hashes.ts'
import type { FormPeriod } from './expectations.repo.ts'

/** The people of a board a caller may see. */
export interface BoardRange {
  /** Only those who counted in or below one of these departments. */
  readonly departmentIds: readonly number[] | 'all'
}

/** Until when filing was on time; null when the period has no such moment. */
export function dueOf(orgId: string, { formId, periodStart }: FormPeriod): SQL {
  return sql`(select p.due_at from form_periods p where p.org_id = ${orgId} and p.form_id = ${formId}
    and p.period_start = ${periodStart})`
}

/**
 * Who left since is not on the board any more; who never was expected (department 0) is seen by those who see all.
 * Submissions go by `s` in the statement, expectations by `e`.
 */
export function isVisible(departmentIds: readonly number[] | 'all', isByFiling: boolean): SQL {
  if (departmentIds !== 'all') return sql`e.department_path && ${sql.param([...departmentIds])}::bigint[]`
  return isByFiling ? sql`(e.member_id is not null or s.department_id = 0)` : sql`true`
}

/** Chinese, and nothing that has a capital: no part of a spelling, and the same in small letters. */
const isChineseOnly = (text: string) =>
  /\p{Script=Han}/u.test(text) && text.toLowerCase() === text.toUpperCase()

/**
 * Part of the name, of the pinyin or of its initials, or a whole phone number. Chinese is looked for in names alone: of a
 * million people that takes a third of the time.
 */
export function matches({ text, phones }: { text: string; phones: PhoneHashes | null }): SQL {
  const part = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  if (isChineseOnly(text)) return sql`m.name like ${part}`
  const letters = part.replaceAll(' ', '')
  const byPhone = phones === null ? sql`false` : sql`m.phone_hash in (${phones.own}, ${phones.former})`
  return sql`(lower(m.name) like ${part} or m.pinyin like ${letters} or m.initials like ${letters} or ${byPhone})`
}
