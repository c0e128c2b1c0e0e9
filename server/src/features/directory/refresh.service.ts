import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { JobContext } from '../../jobs/define-job.ts'
import type { AppInOrg, Workplace, WorkplaceDepartment, WorkplaceUser } from '../../ports/workplace.ts'
import * as departments from './departments.repo.ts'
import * as members from './members.repo.ts'
import { tellFollowers } from './roster.ts'
import * as syncs from './syncs.repo.ts'
import { rootId } from './walk.ts'

/** Part of a job's context; sign-in reads people by the same way. */
export type RefreshContext = Pick<JobContext, 'deps' | 'inOrg'>

interface Reading {
  readonly corpId: string
  readonly apps: readonly AppId[]
  readonly runId: string | null
}

async function reading(orgId: string, ctx: RefreshContext): Promise<Reading | null> {
  return ctx.inOrg(orgId, async (scope) => {
    const org = await syncs.orgFacts(scope)
    const apps = await syncs.readingApps(scope)
    return org && apps.length > 0 ? { corpId: org.corpId, apps, runId: await syncs.runningNow(scope) } : null
  })
}

/**
 * Reads one person as the platform has him now (Z-22): an event is a hint, never the fact itself.
 * @returns whether a full sync was running meanwhile, which may have read him before the change.
 */
export async function refreshMember(
  { orgId, userId }: { orgId: string; userId: string },
  ctx: RefreshContext,
): Promise<{ isSyncRunning: boolean; isAdminChanged: boolean }> {
  const source = await reading(orgId, ctx)
  if (!source) return { isSyncRunning: false, isAdminChanged: false }
  const found = await firstThat(source, (target) => ctx.deps.workplace.user(target, userId))
  const now = ctx.deps.clock.now()
  if (found) await learnDepartments(orgId, ctx, { target: found.target, user: found.value })
  const role = await ctx.inOrg(orgId, async (scope) => {
    if (found) {
      await tellFollowers(
        scope,
        await members.saveUsers(scope, [found.value], { runId: source.runId, now }),
        now,
      )
    } else {
      await tellFollowers(scope, { left: await members.endMember(scope, userId, now) }, now)
    }
    return members.roleOf(scope, userId)
  })
  ctx.deps.live.publish(orgId, { kind: 'directory' })
  const isAdmin = role !== null && role !== 'member'
  return {
    isSyncRunning: source.runId !== null,
    isAdminChanged: found !== null && found.value.isAdmin !== isAdmin,
  }
}

/** Apps have scopes of their own: whoever one of them sees is there. */
async function firstThat<T>(
  { corpId, apps }: Reading,
  read: (target: AppInOrg) => Promise<T | null>,
): Promise<{ target: AppInOrg; value: T } | null> {
  for (const app of apps) {
    const value = await read({ app, corpId })
    if (value !== null) return { target: { app, corpId }, value }
  }
  return null
}

/** A person may be told of before the department he stands in. */
async function learnDepartments(
  orgId: string,
  ctx: RefreshContext,
  { target, user }: { target: AppInOrg; user: WorkplaceUser },
): Promise<void> {
  const unknown = await ctx.inOrg(orgId, (scope) => departments.unknownOf(scope, user.departmentIds))
  for (const id of unknown) await learn(orgId, ctx, { target, id })
}

/** Reads a department and the ones above it, up to the first we know. */
async function learn(
  orgId: string,
  ctx: RefreshContext,
  { target, id }: { target: AppInOrg; id: number },
): Promise<void> {
  const chain = await chainAbove(ctx.deps.workplace, target, id, (parentId) =>
    ctx.inOrg(orgId, async (scope) => (await departments.pathOf(scope, parentId)) !== null),
  )
  const runId = await ctx.inOrg(orgId, (scope) => syncs.runningNow(scope))
  await ctx.inOrg(orgId, async (scope) => {
    for (const department of chain.reverse()) {
      const above = (await departments.pathOf(scope, department.parentId ?? rootId)) ?? [rootId]
      // Put under its own descendant by a reading between two moves: under the root until the next reading.
      const base = above.includes(department.id) ? [rootId] : above
      const path = [...base, department.id]
      await departments.saveDepartments(
        scope,
        [{ ...department, parentId: base.at(-1) ?? rootId, path }],
        runId,
      )
      await departments.moveSubtree(scope, department.id, path)
    }
  })
}

async function chainAbove(
  workplace: Workplace,
  target: AppInOrg,
  id: number,
  isKnown: (id: number) => Promise<boolean>,
): Promise<WorkplaceDepartment[]> {
  const chain: WorkplaceDepartment[] = []
  for (let next: number | null = id; next !== null && next !== rootId;) {
    if (chain.some((each) => each.id === next)) break
    const department: WorkplaceDepartment | null = await workplace.department(target, next)
    if (!department) break
    chain.push(department)
    const { parentId }: WorkplaceDepartment = department
    next = parentId === null || (await isKnown(parentId)) ? null : parentId
  }
  return chain
}

/** Reads one department as it is now. Returns the people to be read again because theirs is gone. */
export async function refreshDepartment(
  { orgId, departmentId }: { orgId: string; departmentId: number },
  ctx: RefreshContext,
): Promise<readonly string[]> {
  const source = await reading(orgId, ctx)
  if (!source || departmentId === rootId) return []
  const found = await firstThat(source, (target) => ctx.deps.workplace.department(target, departmentId))
  if (found) await learn(orgId, ctx, { target: found.target, id: departmentId })
  const left = found
    ? []
    : await ctx.inOrg(orgId, async (scope) => {
        const ended = await departments.endSubtree(scope, departmentId, ctx.deps.clock.now())
        return departments.userIdsIn(scope, ended)
      })
  ctx.deps.live.publish(orgId, { kind: 'directory' })
  return left
}

/** Who is admin now (Z-24). */
export async function refreshAdmins(orgId: string, ctx: RefreshContext): Promise<void> {
  const source = await reading(orgId, ctx)
  const app = source?.apps[0]
  if (!source || !app) return
  const admins = await ctx.deps.workplace.listAdmins({ app, corpId: source.corpId })
  await ctx.inOrg(orgId, (scope) => members.saveAdmins(scope, admins))
  ctx.deps.live.publish(orgId, { kind: 'directory' })
}
