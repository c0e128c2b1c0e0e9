import type { MemberContext } from '../../http/context.ts'
import type { Feature } from '../index.ts'
import { managedBy, subtree } from './directory.repo.ts'

export {
  adminsOf,
  adminsOver,
  departmentNames,
  headsOf,
  membersByUserIds,
  peopleByIds,
  subtree,
  type Head,
  type Person,
} from './directory.repo.ts'

/** The departments whose people a caller may see: all for a main admin, what he manages for a sub-admin (Z-24). */
export async function visibleDepartments(
  ctx: Pick<MemberContext, 'role' | 'memberId' | 'inOrg'>,
): Promise<readonly number[] | 'all'> {
  if (ctx.role === 'main-admin') return 'all'
  if (ctx.role !== 'sub-admin') return []
  return ctx.inOrg(async (scope) => {
    const managed = await managedBy(scope, ctx.memberId)
    return managed.includes(1) ? 'all' : subtree(scope, managed)
  })
}

export const directory: Feature = { routes: async () => undefined }
