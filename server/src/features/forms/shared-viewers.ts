import type { MemberContext } from '../../http/context.ts'
import type { RouteOptions } from '../../http/route.ts'
import { isSharedViewer, listSharedWith } from './forms.repo.ts'

/** Members named as shared viewers of a form may read its numbers and answers besides the admins (Z-31). */
export const letsViewersIn: RouteOptions = {
  alsoFor: async ({ orgId, memberId, isGuest }, { params }, { database }) => {
    const formId = (params as { formId?: unknown }).formId // not validated yet: this runs before the schemas
    if (isGuest || typeof formId !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(formId))
      return false
    return database.inOrg(orgId, { kind: 'member', memberId }, (scope) =>
      isSharedViewer(scope, formId, memberId),
    )
  },
}

/** Ids of the forms whose numbers and answers a member was let in to see (Z-31). */
export function formsSharedWith({ inOrg, memberId }: MemberContext): Promise<readonly string[]> {
  return inOrg((scope) => listSharedWith(scope, memberId))
}
