import type { Client } from '@kangbao/shared/contracts/client.ts'
import { getFilling, type Receipt } from '@kangbao/shared/contracts/submissions.ts'
import { sameText } from '@kangbao/shared/forms/design/same-text.ts'
import type { Filing } from './filing-queue.ts'

/**
 * The receipt of a filing whose reply was lost on its way: what is stored is what was sent, so it need not be sent again,
 * which would be a second revision and, of an abnormal answer, a second alert. Null when it has to be sent.
 * @throws UnreachableError or ProblemError when the server does not say.
 */
export async function receiptOfSent(
  api: Client,
  { formId, period, answers }: Filing,
): Promise<Receipt | null> {
  const filling = await api.call(getFilling, { params: { formId } })
  const { mine } = filling
  return mine && filling.period === period && sameText(mine.answers) === sameText(answers)
    ? mine.receipt
    : null
}
