import { newId } from '../../db/ids.ts'
import type { JobContext } from '../../jobs/define-job.ts'
import { WorkplaceBusy, WorkplaceRefused, type WorkplaceUser } from '../../ports/workplace.ts'
import * as departments from './departments.repo.ts'
import * as members from './members.repo.ts'
import { tellFollowers } from './roster.ts'
import * as syncs from './syncs.repo.ts'
import { walkDepartments, walkUsers, type Tree } from './walk.ts'

const batch = 500

/** Taken over by another run, or cancelled with the app's removal. */
class Superseded extends Error {
  override readonly name = 'Superseded'
}

/** Another run of this org is going on; the change that asked for this one may have come too late for it. */
export class SyncBusy extends Error {
  override readonly name = 'SyncBusy'
}

/**
 * Reads an org's whole directory (Z-21) and makes ours the same: departments, then people page by page, then whoever
 * was not seen has left. Nothing of the tree is removed before everything was read. Safe to run again at any point.
 * @throws SyncBusy, WorkplaceBusy: to be tried again.
 */
export async function syncDirectory(orgId: string, ctx: JobContext): Promise<void> {
  const { clock, live } = ctx.deps
  const runId = newId()
  const start = await ctx.inOrg(orgId, async (scope) => {
    const [org, apps] = [await syncs.orgFacts(scope), await syncs.readingApps(scope)]
    if (!org || apps.length === 0) {
      await syncs.cancel(scope, 'app.not-authorised', clock.now())
      return null
    }
    if (!(await syncs.claim(scope, runId, clock.now()))) throw new SyncBusy('another sync is running')
    return { ...org, apps }
  })
  live.publish(orgId, { kind: 'directory' })
  if (!start) return
  try {
    const tree = await walkDepartments(ctx.deps.workplace, { ...start, orgName: start.name })
    await new Run(orgId, runId, ctx, tree).toEnd()
    ctx.log.info({ orgId, departments: tree.departments.length }, 'directory synced')
  } catch (error) {
    await giveUp(orgId, runId, { ctx, error })
  } finally {
    live.publish(orgId, { kind: 'directory' })
  }
}

async function giveUp(orgId: string, runId: string, { ctx, error }: { ctx: JobContext; error: unknown }) {
  if (error instanceof Superseded) return
  const reason = error instanceof WorkplaceRefused ? `workplace ${error.code}` : 'workplace.unreachable'
  const isOurs = !(error instanceof WorkplaceRefused || error instanceof WorkplaceBusy)
  await ctx.inOrg(orgId, (scope) =>
    syncs.fail(scope, { runId, reason: isOurs ? 'server.failed' : reason, now: ctx.deps.clock.now() }),
  )
  // A refusal stays one however often we ask; the night's reconcile asks again.
  if (!(error instanceof WorkplaceRefused)) throw error
  ctx.log.warn({ orgId, code: error.code }, 'directory sync refused')
}

class Run {
  /** Who was seen already: people stand in the list of each of their departments. */
  private readonly seen = new Set<string>()
  constructor(
    private readonly orgId: string,
    private readonly runId: string,
    private readonly ctx: JobContext,
    private readonly tree: Tree,
  ) {}

  async toEnd(): Promise<void> {
    await this.departments()
    for await (const page of walkUsers(this.ctx.deps.workplace, this.tree.reaches)) await this.page(page)
    await this.admins()
    await this.leavers()
    await this.ctx.inOrg(this.orgId, async (scope) => {
      await departments.endUnseenDepartments(scope, this.runId, this.now())
      await syncs.finish(scope, this.runId, this.now())
    })
  }

  private now() {
    return this.ctx.deps.clock.now()
  }

  /** In one transaction with proof that this run may still write. */
  private write(work: Parameters<JobContext['inOrg']>[1]): Promise<unknown> {
    return this.ctx.inOrg(this.orgId, async (scope) => {
      const told = { runId: this.runId, departments: this.tree.departments.length, members: this.seen.size }
      if (!(await syncs.touch(scope, { ...told, now: this.now() }))) throw new Superseded('sync superseded')
      return work(scope)
    })
  }

  private async departments(): Promise<void> {
    const all = this.tree.departments
    for (let from = 0; from < all.length; from += batch)
      await this.write((scope) =>
        departments.saveDepartments(scope, all.slice(from, from + batch), this.runId),
      )
  }

  private async page(users: readonly WorkplaceUser[]): Promise<void> {
    const fresh = users.filter(({ userId }) => !this.seen.has(userId))
    const again = users.filter(({ userId, headOf }) => this.seen.has(userId) && headOf.length > 0)
    for (const { userId } of fresh) this.seen.add(userId)
    await this.write(async (scope) => {
      const change = await members.saveUsers(scope, fresh, { runId: this.runId, now: this.now() })
      await members.addHeads(
        scope,
        again.flatMap(({ userId, headOf }) => headOf.map((departmentId) => ({ userId, departmentId }))),
      )
      await tellFollowers(scope, change, this.now())
    })
    this.ctx.deps.live.publish(this.orgId, { kind: 'directory' })
  }

  private async admins(): Promise<void> {
    const target = this.tree.reaches[0]?.target
    if (!target) return
    const admins = await this.ctx.deps.workplace.listAdmins(target)
    await this.write((scope) => members.saveAdmins(scope, admins))
  }

  private async leavers(): Promise<void> {
    for (let left = batch; left === batch;) {
      await this.write(async (scope) => {
        const gone = await members.endUnseenMembers(scope, {
          runId: this.runId,
          now: this.now(),
          limit: batch,
        })
        left = gone.length
        await tellFollowers(scope, { left: gone }, this.now())
      })
    }
  }
}
