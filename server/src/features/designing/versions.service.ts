import type { ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type { listFormVersions } from '@kangbao/shared/contracts/designing.ts'
import { definitionDiff } from '@kangbao/shared/forms/design/definition-diff.ts'
import { AppError } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { versionsOf } from '../forms/index.ts'

/** Every version of a form, the newest first, with what it changed of the one before. */
export function versions(
  { inOrg }: MemberContext,
  formId: string,
): Promise<ResponseOf<typeof listFormVersions>> {
  return inOrg(async (scope) => {
    const all = await versionsOf(scope, formId)
    if (all.length === 0) throw new AppError('resource.missing')
    const items = all.map(({ version, madeAt, definition }, i) => {
      const before = all[i - 1]
      return {
        version,
        madeAt: new Date(madeAt).toISOString(),
        changes: before ? definitionDiff(before.definition, definition) : [],
      }
    })
    return { items: items.reverse() }
  })
}
