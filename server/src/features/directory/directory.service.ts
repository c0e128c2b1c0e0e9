import type { Department, DirectorySync, Member } from '@kangbao/shared/contracts/directory.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { AppError } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import * as departments from './departments.repo.ts'
import { subtree } from './directory.repo.ts'
import { syncDirectory } from './directory.jobs.ts'
import { readCursor, writeCursor } from './cursor.ts'
import * as members from './members.repo.ts'
import { startSync } from './start-sync.ts'
import * as syncs from './syncs.repo.ts'
import { visibleDepartments } from './visibility.ts'

export function progress(ctx: MemberContext): Promise<DirectorySync> {
  return ctx.inOrg(syncs.progress)
}

/** @throws AppError `sync.running` */
export function start(ctx: MemberContext): Promise<DirectorySync> {
  const now = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    if (!(await syncs.markOwed(scope, now))) throw new AppError('sync.running')
    await startSync(scope, syncDirectory, now)
    await appendAudit(scope, { action: 'directory.sync-asked', object: 'directory', at: now })
    return syncs.progress(scope)
  })
}

export async function listDepartments(ctx: MemberContext, parentId: number | null): Promise<Department[]> {
  const visible = await visibleDepartments(ctx)
  return ctx.inOrg((scope) => departments.listDepartments(scope, { parentId, visible }))
}

interface MemberQuery {
  readonly departmentId?: number | undefined
  readonly search?: string | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/** People the caller may see: in a department and below it, by name, pinyin or initials. */
export async function listMembers(
  ctx: MemberContext,
  query: MemberQuery,
): Promise<{ items: Member[]; nextCursor: string | null }> {
  const visible = await visibleDepartments(ctx)
  const limit = query.limit ?? 50
  const rows = await ctx.inOrg(async (scope) => {
    const asked = query.departmentId === undefined ? visible : await subtree(scope, [query.departmentId])
    const departmentIds =
      visible === 'all' || asked === 'all' ? asked : asked.filter((id) => visible.includes(id))
    const after = readCursor(query.cursor)
    return members.listMembers(scope, { departmentIds, search: query.search ?? '', after, limit: limit + 1 })
  })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map((row) => ({
      id: row.id,
      userId: row.user_id,
      name: row.name,
      department: row.department ?? '',
    })),
    nextCursor: rows.length > limit && last ? writeCursor(last) : null,
  }
}
