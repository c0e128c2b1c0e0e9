import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { Filing } from '../src/features/submissions/filing.ts'

type Sheet = Pick<Filing, 'orgId' | 'formId' | 'memberId' | 'at'>

/** A first filing of the daily form without answers, behind the checks of the service. */
export function bareFiling(sheet: Sheet, parts: Partial<Filing> = {}): Filing {
  const day = civilDate('2026-03-02')
  return {
    ...sheet,
    periodKind: 'day',
    periodStart: day,
    formVersion: 1,
    answers: {},
    carried: [],
    facets: [],
    isAbnormal: false,
    filedBy: sheet.memberId,
    way: null,
    reason: null,
    filedOn: day,
    isExpected: true,
    tellsPublisher: false,
    consents: { subject: 'zhengzhou/daily', version: 1, purposes: ['notice'] },
    ...parts,
  }
}
