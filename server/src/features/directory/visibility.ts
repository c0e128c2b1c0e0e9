import type { MemberContext } from '../../http/context.ts'
import { managedBy, subtree } from './directory.repo.ts'
import { rootId } from './walk.ts'

/** The departments whose people a caller may see: all for a main admin, what he manages for a sub-admin (Z-24). */
export async function visibleDepartments(
  ctx: Pick<MemberContext, 'role' | 'memberId' | 'inOrg'>,
): Promise<readonly number[] | 'all'> {
  if (ctx.role === 'main-admin') return 'all'
  if (ctx.role !== 'sub-admin') return []
  return ctx.inOrg(async (scope) => {
    const managed = await managedBy(scope, ctx.memberId)
    return managed.includes(rootId) ? 'all' : subtree(scope, managed)
  })
}
