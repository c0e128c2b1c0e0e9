import type { BodyOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import {
  oldSecretHours,
  webhookLimits,
  type EndpointWithSecret,
  type WebhookEndpoint,
} from '@kangbao/shared/contracts/webhooks.ts'
import type * as contracts from '@kangbao/shared/contracts/webhooks.ts'
import { appendAudit, type AuditEntry } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { feedOf } from './events.repo.ts'
import { openFeed } from './events.service.ts'
import { secretPlace } from './webhook-secrets.ts'
import { newWebhookSecret } from './webhook-signing.ts'
import { wakeEndpoint } from './webhooks.jobs.ts'
import * as repo from './webhooks.repo.ts'

const hourMs = 3_600_000

export async function list(ctx: MemberContext): Promise<ResponseOf<typeof contracts.listWebhooks>> {
  return ctx.inOrg(async (scope) => ({ items: await repo.list(scope, ctx.deps.clock.now()) }))
}

async function one(ctx: MemberContext, scope: OrgScope, id: string): Promise<WebhookEndpoint> {
  return found((await repo.list(scope, ctx.deps.clock.now(), id))[0])
}

function mayCall({ deps }: MemberContext, url: string): void {
  if (!deps.webhooks.mayCall(url)) throw new AppError('webhook.address')
}

function noted(
  { deps }: MemberContext,
  scope: OrgScope,
  id: string,
  action: AuditEntry['action'],
  detail: NonNullable<AuditEntry['detail']> = {},
): Promise<void> {
  return appendAudit(scope, { action, object: `webhook:${id}`, detail, at: deps.clock.now() })
}

/** @throws AppError `webhook.address`, `webhook.too-many` */
export async function add(
  ctx: MemberContext,
  { url, types = null }: BodyOf<typeof contracts.addWebhook>,
): Promise<EndpointWithSecret> {
  mayCall(ctx, url)
  const { deps, orgId, memberId: madeBy } = ctx
  const now = deps.clock.now()
  const id = newId()
  const secret = newWebhookSecret()
  const sealed = await deps.vault.seal(secretPlace(orgId, id, 'secret'), secret)
  const endpoint = await ctx.inOrg(async (scope) => {
    await openFeed(scope, now)
    const given = { id, url, types, secret: sealed, madeBy, now }
    if (!(await repo.insert(scope, given, webhookLimits.endpoints))) throw new AppError('webhook.too-many')
    await noted(ctx, scope, id, 'webhook.added')
    return one(ctx, scope, id)
  })
  return { endpoint, secret }
}

/** @throws AppError `resource.missing`, `webhook.address` */
export async function change(
  ctx: MemberContext,
  id: string,
  { url, types, state }: BodyOf<typeof contracts.changeWebhook>,
): Promise<WebhookEndpoint> {
  if (url !== undefined) mayCall(ctx, url)
  return ctx.inOrg(async (scope) => {
    const before = await one(ctx, scope, id)
    await repo.change(scope, id, {
      url: url ?? before.url,
      types: types === undefined ? before.types : types,
      state: state ?? before.state,
    })
    await noted(ctx, scope, id, 'webhook.changed', { state: state ?? null })
    await wakeEndpoint(scope, id, ctx.deps.clock.now())
    return one(ctx, scope, id)
  })
}

/** @throws AppError `resource.missing` */
export async function remove(ctx: MemberContext, id: string): Promise<Record<string, never>> {
  await ctx.inOrg(async (scope) => {
    if (!(await repo.remove(scope, id))) throw new AppError('resource.missing')
    await noted(ctx, scope, id, 'webhook.removed')
  })
  return {}
}

/** @throws AppError `resource.missing` */
export async function rotate(ctx: MemberContext, id: string): Promise<EndpointWithSecret> {
  const { vault, clock } = ctx.deps
  const place = secretPlace(ctx.orgId, id, 'secret')
  const secret = newWebhookSecret()
  const sealed = await vault.seal(place, secret)
  const endpoint = await ctx.inOrg(async (scope) => {
    const before = await vault.open(place, found(await repo.secretOf(scope, id)))
    const oldSecret = await vault.seal(secretPlace(ctx.orgId, id, 'old_secret'), before)
    const oldUntil = clock.now() + oldSecretHours * hourMs
    await repo.setSecret(scope, id, { secret: sealed, oldSecret, oldUntil })
    await noted(ctx, scope, id, 'webhook.secret-rotated')
    return one(ctx, scope, id)
  })
  return { endpoint, secret }
}

/** @throws AppError `resource.missing`, `event.expired` when events after that place are gone. */
export async function replay(ctx: MemberContext, id: string, after: number): Promise<WebhookEndpoint> {
  return ctx.inOrg(async (scope) => {
    await one(ctx, scope, id)
    const { firstSeq, lastSeq } = found(await feedOf(scope))
    if (after < firstSeq - 1) throw new AppError('event.expired', { oldest: firstSeq })
    await repo.setPosition(scope, id, Math.min(after, lastSeq))
    await noted(ctx, scope, id, 'webhook.replayed', { after })
    await wakeEndpoint(scope, id, ctx.deps.clock.now())
    return one(ctx, scope, id)
  })
}
