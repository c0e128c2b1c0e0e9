import { sql } from 'drizzle-orm'
import type {
  AppScope,
  InstalledApp,
  InstallTarget,
  Suite as SuiteView,
  WorkbenchApp,
} from '../../contracts/workbench.ts'
import { inEachOrg } from '../accounts/accounts.service.ts'
import type { Suite } from '../config.ts'
import { digest, randomToken } from '../crypto/secrets.ts'
import { array, type OrgScope } from '../db/database.ts'
import { suiteById, type Deps } from '../deps.ts'
import { AppError, found } from '../errors.ts'
import { notifyOrg } from '../events/notify.ts'
import type { Ctx, OrgCtx, SessionCtx } from '../http/context.ts'
import { qrSvg } from '../http/qr.ts'
import * as apps from './apps.repo.ts'
import { emitAppChange, type AppChange } from './pushes.ts'

export const suiteView = (suite: Suite): SuiteView => ({
  suiteId: suite.suiteId,
  appId: suite.appId,
  name: suite.name,
  icon: suite.icon,
  description: suite.description,
  developer: suite.developer,
  permissions: [
    { zh: '获取应用正常启动所需的基础非隐私权限', en: 'What the app needs to start, nothing personal' },
    {
      zh: '获取授权范围内成员的头像、昵称、部门等信息',
      en: 'Avatar, name and departments of members in scope',
    },
    { zh: '向授权范围内成员发送工作通知', en: 'Send work notifications to members in scope' },
  ],
  termsTitle: { zh: '《微应用第三方应用授权服务条款》', en: 'Terms for authorising third-party apps' },
})

export const knownSuite = ({ deps }: Ctx, suiteId: string): Suite => found(suiteById(deps, suiteId))

/** What the install QR says; a promotion code tells the ISV where the org came from. */
export const installLink = ({ deps }: Pick<Ctx, 'deps'>, suiteId: string, promoCode?: string): string =>
  `${deps.config.publicUrl}/install/${encodeURIComponent(suiteId)}${promoCode ? `?c=${encodeURIComponent(promoCode)}` : ''}`

export async function listSuites(ctx: SessionCtx) {
  return {
    items: ctx.deps.config.suites.map((suite) => {
      const link = installLink(ctx, suite.suiteId)
      return { suite: suiteView(suite), installLink: link, qrSvg: qrSvg(link) }
    }),
  }
}

/** The app's page with the caller's orgs; those that have authorised it say so (Z-09). */
export async function installPage(ctx: SessionCtx, suiteId: string) {
  const suite = knownSuite(ctx, suiteId)
  const targets = await inEachOrg(ctx, async (scope, { orgId, name, userid }): Promise<InstallTarget> => {
    const member = await scope.one<{ role: string }>(
      sql`select role from members where org_id = ${orgId} and userid = ${userid}`,
    )
    const isAuthorised = (await apps.bySuite(scope, suiteId)) !== null
    return { orgId, name, isAuthorised, canInstall: member?.role === 'main' }
  })
  return { suite: suiteView(suite), targets }
}

export async function workbench(ctx: OrgCtx): Promise<{ items: WorkbenchApp[] }> {
  const items: WorkbenchApp[] = []
  for (const app of await apps.list(ctx.scope)) {
    const suite = suiteById(ctx.deps, app.suiteId)
    if (!suite || app.state !== 'enabled' || !(await apps.isVisibleTo(ctx.scope, app, ctx.self.userid)))
      continue
    const { suiteId, appId, name, icon, description, pcHomeUrl } = suite
    items.push({ agentId: app.agentId, suiteId, appId, name, icon, description, hasPcHome: pcHomeUrl !== '' })
  }
  return { items }
}

export interface Installation {
  suiteId: string
  acceptTerms: boolean
  scope: AppScope
  promoCode?: string
}

export async function install(ctx: OrgCtx, given: Installation): Promise<InstalledApp> {
  if (!given.acceptTerms) throw new AppError('terms.required')
  const { scope, now } = ctx
  const suite = knownSuite(ctx, given.suiteId)
  const wanted = await checkedScope(scope, given.scope)
  const { agentId } = found(
    await scope.one<{ agentId: number }>(sql`select nextval('agent_ids') as "agentId"`),
  )
  await scope.run(sql`
    insert into installed_apps (org_id, agent_id, suite_id, state, scope_kind, scope_depts, scope_users,
      permanent_code, installed_by, promo_code, installed_at)
    values (${scope.orgId}, ${agentId}, ${suite.suiteId}, 'enabled', ${wanted.kind}, ${array(wanted.deptIds)}::int[],
      ${array(wanted.userids)}::text[], ${digest(randomToken())}, ${ctx.self.userid}, ${given.promoCode ?? null}, ${now})`)
  return changed(ctx, agentId, 'installed')
}

export async function changeScope(ctx: OrgCtx, agentId: number, given: AppScope): Promise<InstalledApp> {
  const wanted = await checkedScope(ctx.scope, given)
  await ctx.scope.run(sql`
    update installed_apps set scope_kind = ${wanted.kind}, scope_depts = ${array(wanted.deptIds)}::int[],
      scope_users = ${array(wanted.userids)}::text[]
    where org_id = ${ctx.orgId} and agent_id = ${agentId}`)
  return changed(ctx, agentId, 'scope-changed')
}

export async function setState(
  ctx: OrgCtx,
  agentId: number,
  state: 'enabled' | 'stopped',
): Promise<InstalledApp> {
  const before = found(await apps.byAgentId(ctx.scope, agentId))
  if (before.state === state) return view(ctx, before)
  await ctx.scope.run(
    sql`update installed_apps set state = ${state} where org_id = ${ctx.orgId} and agent_id = ${agentId}`,
  )
  return changed(ctx, agentId, state === 'stopped' ? 'stopped' : 'restored')
}

/** Takes the app away. Its tokens and its permanent code are dead at once. */
export async function remove(ctx: OrgCtx, agentId: number): Promise<{ done: true }> {
  await takeAway(ctx.scope, ctx.deps, found(await apps.byAgentId(ctx.scope, agentId)))
  await notifyOrg(ctx.scope, { type: 'workbench', orgId: ctx.orgId })
  return { done: true }
}

export async function takeAway(
  scope: OrgScope,
  deps: Deps,
  { agentId, suiteId }: Pick<apps.InstalledRow, 'agentId' | 'suiteId'>,
): Promise<void> {
  const { orgId } = scope
  await scope.run(sql`delete from installed_apps where org_id = ${orgId} and agent_id = ${agentId}`)
  await scope.run(sql`delete from open_tokens where org_id = ${orgId} and suite_id = ${suiteId}`)
  await scope.run(sql`delete from jsapi_tickets where org_id = ${orgId} and suite_id = ${suiteId}`)
  await scope.run(sql`delete from auth_codes where org_id = ${orgId} and suite_id = ${suiteId}`)
  await scope.run(sql`delete from user_codes where org_id = ${orgId} and suite_id = ${suiteId}`)
  await scope.run(sql`delete from user_tokens where org_id = ${orgId} and suite_id = ${suiteId}`)
  await emitAppChange(scope, deps, { suiteId, agentId, change: 'removed' })
}

export async function listInstalled(ctx: OrgCtx): Promise<{ items: InstalledApp[] }> {
  const rows = await apps.list(ctx.scope)
  return { items: rows.filter((row) => suiteById(ctx.deps, row.suiteId)).map((row) => view(ctx, row)) }
}

async function changed(ctx: OrgCtx, agentId: number, change: AppChange): Promise<InstalledApp> {
  const row = found(await apps.byAgentId(ctx.scope, agentId))
  await emitAppChange(ctx.scope, ctx.deps, { suiteId: row.suiteId, agentId, change })
  await notifyOrg(ctx.scope, { type: 'workbench', orgId: ctx.orgId })
  return view(ctx, row)
}

function view(ctx: Ctx, row: apps.InstalledRow): InstalledApp {
  const { suiteId, appId, name, icon, description, adminUrl } = knownSuite(ctx, row.suiteId)
  const scope: AppScope =
    row.scopeKind === 'some'
      ? { kind: 'some', deptIds: row.scopeDepts, userids: row.scopeUsers }
      : { kind: row.scopeKind }
  const installedAt = row.installedAt.toISOString()
  return {
    agentId: row.agentId,
    appId,
    suiteId,
    name,
    icon,
    description,
    state: row.state,
    scope,
    installedAt,
    hasAdminPage: adminUrl !== '',
  }
}

/** Keeps only departments and people that exist; a scope of nobody is a mistake. */
async function checkedScope(
  scope: OrgScope,
  given: AppScope,
): Promise<{ kind: AppScope['kind']; deptIds: number[]; userids: string[] }> {
  if (given.kind !== 'some') return { kind: given.kind, deptIds: [], userids: [] }
  const departments = await scope.rows<{ dept_id: number }>(sql`
    select dept_id from departments where org_id = ${scope.orgId} and dept_id = any(${array(given.deptIds ?? [])}::int[])`)
  const members = await scope.rows<{ userid: string }>(sql`
    select userid from members where org_id = ${scope.orgId} and userid = any(${array(given.userids ?? [])}::text[])`)
  if (departments.length + members.length === 0) throw new AppError('app.scope-empty')
  return { kind: 'some', deptIds: departments.map((d) => d.dept_id), userids: members.map((m) => m.userid) }
}
