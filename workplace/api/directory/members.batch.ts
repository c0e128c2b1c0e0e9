import type { Outcomes } from '../../contracts/directory.ts'
import { workplaceErrors } from '../../contracts/errors.ts'
import { AppError, found } from '../errors.ts'
import { requireDepartments } from '../http/access.ts'
import type { OrgCtx } from '../http/context.ts'
import * as departments from './departments.repo.ts'
import * as members from './members.service.ts'

/** Does the act for each; what is refused is refused before anything of it is written, and the others go on. */
async function each(
  userids: readonly string[],
  act: (userid: string) => Promise<unknown>,
): Promise<Outcomes> {
  const items: Outcomes['items'] = []
  for (const userid of new Set(userids)) {
    try {
      await act(userid)
      items.push({ userid, problem: null })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const { zh, en } = workplaceErrors[error.code]
      items.push({ userid, problem: { code: error.code, zh, en } })
    }
  }
  return { items }
}

export async function move(
  ctx: OrgCtx,
  given: { userids: readonly string[]; deptId: number },
): Promise<Outcomes> {
  found(await departments.byId(ctx.scope, given.deptId))
  await requireDepartments(ctx.scope, ctx.self, [given.deptId])
  return each(given.userids, (userid) =>
    members.change(ctx, userid, { departments: [{ deptId: given.deptId }] }),
  )
}

export const remove = (ctx: OrgCtx, userids: readonly string[]): Promise<Outcomes> =>
  each(userids, (userid) => members.remove(ctx, userid))
