import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { refusePreparing } from '../completeness/index.ts'
import { countMissing, markReminded, type Period, type RemindRange } from './people.repo.ts'
import { planPush } from './planning.service.ts'

/** One person is not reminded by hand more often than this. */
const remindEveryMs = 10 * 60_000

/**
 * Reminds those of a range who have not filed (Z-36): whoever has, or was reminded a moment ago, is left in peace.
 * Returns how many are reminded.
 * @throws AppError `reminder.nobody`, `reminder.too-soon`, `form.preparing`.
 */
export async function remind(
  deps: Pick<Deps, 'clock' | 'workplace'>,
  scope: OrgScope,
  request: Period & RemindRange & { readonly askedBy: string },
): Promise<number> {
  await refusePreparing(scope, request)
  const now = deps.clock.now()
  const unlessSince = now - remindEveryMs
  const recipients = await markReminded(scope, request, { range: request, unlessSince, now })
  if (recipients.length === 0) {
    const missing = await countMissing(scope, request, request)
    throw new AppError(missing === 0 ? 'reminder.nobody' : 'reminder.too-soon', {
      retryAfterS: remindEveryMs / 1000,
    })
  }
  const { formId, periodStart, askedBy } = request
  await planPush(deps, scope, {
    formId,
    periodStart,
    kind: 'remind-by-hand',
    plannedAt: now,
    subject: askedBy,
    askedBy,
    recipients,
  })
  return recipients.length
}
