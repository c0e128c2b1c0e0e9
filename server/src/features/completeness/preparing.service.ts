import type { OrgScope } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { FormPeriod } from './expectations.repo.ts'
import { isPreparing } from './preparing.repo.ts'

const retryAfterS = 60

/** What somebody is told who asks for something that needs the whole list of people while it is being written. */
export const stillPreparing = () => new AppError('form.preparing', { retryAfterS })

/**
 * For what would go out, or be kept, with a part of the people only.
 * @throws AppError `form.preparing` while the list of a period is being written.
 */
export async function refusePreparing(scope: OrgScope, period: FormPeriod): Promise<void> {
  if (await isPreparing(scope, period)) throw stillPreparing()
}
