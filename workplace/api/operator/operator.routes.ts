import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/operator.ts'
import { listOrgs } from '../../contracts/operator-orgs.ts'
import * as access from '../../contracts/operator-access.ts'
import { installLink, knownSuite } from '../apps/apps.service.ts'
import { AppError } from '../errors.ts'
import type { Ctx, OperatorCtx } from '../http/context.ts'
import { operatorRoute, publicRoute } from '../http/route.ts'
import { wakeSender } from '../pushes/emit.ts'
import * as suites from '../suites/registered.repo.ts'
import { rotateTicket } from '../pushes/tickets.ts'
import * as acts from './acts.ts'
import { recordAct } from './acts.ts'
import { search as searchOrgs } from './orgs-overview.ts'
import * as signIn from './sign-in.ts'

export function operatorRoutes(app: FastifyInstance): void {
  publicRoute(app, access.signInOperator, ({ body }, ctx) => signIn.signIn(ctx, body))
  operatorRoute(app, access.signOutOperator, (_input, ctx) => signIn.signOut(ctx))
  operatorRoute(app, access.getOperator, (_input, ctx) => signIn.me(ctx))
  operatorRoute(app, access.makeOperatorLink, ({ body }, ctx) => signIn.makeLink(ctx, body.name))
  operatorRoute(app, access.listOperatorActs, ({ body }, ctx) => acts.list(ctx, body))

  operatorRoute(app, listOrgs, ({ body }, ctx) => searchOrgs(ctx, body))
  operatorRoute(app, contracts.listSuiteStatus, (_input, ctx) => listSuiteStatus(ctx))
  operatorRoute(app, contracts.pushTicket, async ({ params }, ctx) => {
    const suite = knownSuite(ctx, params.suiteId)
    await recordAct(ctx.deps.db, ctx, { action: 'ticket.pushed', subject: suite.name })
    await rotateTicket(ctx.deps, suite)
    return { done: true as const }
  })
  operatorRoute(app, contracts.listDeliveries, ({ query }, ctx) => listDeliveries(ctx, query))
  operatorRoute(app, contracts.pushAgain, ({ params }, ctx) => pushAgain(ctx, params.id))
  operatorRoute(app, contracts.getSecurityStatus, async (_input, { deps: { config } }) => ({
    adminPasswordRule: config.adminPasswordRule,
    clockControl: config.isTestMode,
    autoCertify: config.autoCertify,
    https: config.publicUrl.startsWith('https:'),
  }))
  operatorRoute(app, contracts.setFaults, async ({ body }, ctx) => {
    const { deps } = ctx
    if (!deps.config.isTestMode) throw new AppError('permission.denied')
    const { push } = body
    deps.switches.calls = (body.calls ?? []).map((fault) => ({ ...fault }))
    deps.switches.push = {
      duplicate: push?.duplicate ?? false,
      reorder: push?.reorder ?? false,
      loseNext: push?.loseNext ?? 0,
    }
    deps.switches.qpsLimit = body.qpsLimit ?? null
    deps.switches.floodLimit = body.floodLimit ?? null
    await recordAct(deps.db, ctx, { action: 'faults.set', subject: Object.keys(body).join(', ') })
    if (body.expireTokens) await deps.db.run(sql`update open_tokens set expires_at = ${deps.clock.now()}`)
    return { done: true as const }
  })
}

interface StatusRow {
  suite_id: string
  ticket_at: Date | null
  url_checked: string | null
  pending: number
  failed: number
}

async function listSuiteStatus(ctx: Ctx): Promise<{ items: contracts.SuiteStatus[] }> {
  const rows = await ctx.deps.db.rows<StatusRow>(sql`
    select s.suite_id, s.ticket_at, s.url_checked,
      (select count(*) from push_deliveries d where d.suite_id = s.suite_id and d.state = 'pending') as pending,
      (select count(*) from push_deliveries d where d.suite_id = s.suite_id and d.state = 'failed') as failed
    from suites s`)
  const registered = await suites.list(ctx.deps)
  const stopped = registered.filter(({ state }) => state === 'stopped')
  const known = [
    ...ctx.deps.config.suites,
    ...stopped.map(({ suite_id, facts }) => ({ ...facts, suiteId: suite_id })),
  ]
  const items = known.map((suite) => {
    const row = rows.find((one) => one.suite_id === suite.suiteId)
    return {
      suiteId: suite.suiteId,
      name: suite.name,
      callbackUrl: suite.callbackUrl,
      pushStyle: suite.pushStyle,
      isUrlChecked:
        suite.pushStyle === 'stream'
          ? ctx.deps.streams.has(suite.suiteId)
          : row?.url_checked === suite.callbackUrl,
      ticketAt: row?.ticket_at?.toISOString() ?? null,
      pending: row?.pending ?? 0,
      failed: row?.failed ?? 0,
      installLink: installLink(ctx, suite.suiteId),
      isRegistered: registered.some((one) => one.suite_id === suite.suiteId),
      isStopped: stopped.some((one) => one.suite_id === suite.suiteId),
    }
  })
  return { items }
}

interface DeliveryRow {
  id: number
  suite_id: string
  org_id: string | null
  style: contracts.Delivery['style']
  biz_type: number
  biz_id: string
  action: string
  state: contracts.Delivery['state']
  attempts: number
  last_error: string | null
  data: Record<string, unknown>
  created_at: Date
  next_at: Date
  delivered_at: Date | null
}

/** What opens something is not for eyes, the operator's neither. */
const masked = (data: Record<string, unknown>): string =>
  JSON.stringify(data, (key, value: unknown) => (/code|ticket|secret|token|key/i.test(key) ? '••••' : value))

async function listDeliveries(
  { deps }: Ctx,
  query: { suiteId?: string; state?: contracts.Delivery['state']; before?: number },
): Promise<{ items: contracts.Delivery[] }> {
  const rows = await deps.db.rows<DeliveryRow>(sql`
    select * from push_deliveries
    where true ${query.suiteId ? sql`and suite_id = ${query.suiteId}` : sql``}
      ${query.state ? sql`and state = ${query.state}` : sql``} ${query.before ? sql`and id < ${query.before}` : sql``}
    order by id desc limit 100`)
  const items = rows.map((row) => ({
    id: row.id,
    suiteId: row.suite_id,
    orgId: row.org_id,
    style: row.style,
    bizType: row.biz_type,
    bizId: row.biz_id,
    action: row.action,
    state: row.state,
    attempts: row.attempts,
    lastError: row.last_error,
    sent: masked(row.data),
    createdAt: row.created_at.toISOString(),
    nextAt: row.state === 'pending' ? row.next_at.toISOString() : null,
    deliveredAt: row.delivered_at?.toISOString() ?? null,
  }))
  return { items }
}

/** As a row of its own, for the old one may have a newer one of the same object beside it. */
async function pushAgain(ctx: OperatorCtx, id: number): Promise<{ done: true }> {
  const { deps, now } = ctx
  await deps.db.transaction(async (tx) => {
    const added = await tx.run(sql`
      insert into push_deliveries (suite_id, org_id, style, biz_type, biz_id, action, data, created_at, modified_at, next_at)
      select suite_id, org_id, style, biz_type, biz_id, action, data, ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
      from push_deliveries where id = ${id}
      on conflict (suite_id, org_id, biz_type, biz_id) where state = 'pending' and style = 'synchttp'
      do update set attempts = 0, next_at = excluded.next_at`)
    if (added === 0) throw new AppError('resource.missing')
    await recordAct(tx, ctx, { action: 'delivery.sent-again', subject: String(id) })
    await wakeSender(tx)
  })
  return { done: true }
}
