import type { BodyOf, QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { kioskLimits, type Kiosk, type OpenedKiosk } from '@kangbao/shared/contracts/kiosks.ts'
import type * as contracts from '@kangbao/shared/contracts/kiosks.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { idCursor, newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { formFacts } from '../forms/index.ts'
import { hashOf, newToken } from './kiosk-token.ts'
import * as repo from './kiosks.repo.ts'

const defaultPage = 50

export async function list(
  ctx: MemberContext,
  { cursor, limit = defaultPage }: QueryOf<typeof contracts.listKiosks>,
): Promise<ResponseOf<typeof contracts.listKiosks>> {
  const before = idCursor(cursor)
  const rows = await ctx.inOrg((scope) => repo.list(scope, { before, limit: limit + 1 }))
  const items = rows.slice(0, limit)
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

/** After the `#`, which no browser sends: the token stands in no log. */
function linkOf({ deps }: Pick<MemberContext, 'deps'>, token: string): string {
  return `${deps.config.PUBLIC_URL}/m/forms/kiosk#${token}`
}

/** @throws AppError `resource.missing` for a form that is none, `kiosk.too-many`. */
export async function open(
  ctx: MemberContext,
  { name, place = '', formIds }: BodyOf<typeof contracts.openKiosk>,
): Promise<OpenedKiosk> {
  const { deps, orgId, memberId: openedBy } = ctx
  for (const formId of formIds ?? []) found(await formFacts(deps.database, orgId, formId))
  const id = newId()
  const token = newToken({ orgId, kioskId: id })
  const now = deps.clock.now()
  const kiosk = await ctx.inOrg(async (scope) => {
    if ((await repo.countOpen(scope)) >= kioskLimits.open) throw new AppError('kiosk.too-many')
    await repo.insert(scope, {
      id,
      name: name.trim(),
      place: place.trim(),
      formIds: formIds ?? null,
      tokenHash: hashOf(token),
      openedBy,
      now,
    })
    await appendAudit(scope, { action: 'kiosk.opened', object: `kiosk:${id}`, at: now })
    return found(await repo.byId(scope, id))
  })
  return { kiosk, link: linkOf(ctx, token) }
}

/** @throws AppError `resource.missing`, `kiosk.closed`. */
export async function renew(ctx: MemberContext, kioskId: string): Promise<OpenedKiosk> {
  const token = newToken({ orgId: ctx.orgId, kioskId })
  const now = ctx.deps.clock.now()
  const kiosk = await ctx.inOrg(async (scope) => {
    found(await repo.byId(scope, kioskId))
    if (!(await repo.setToken(scope, { id: kioskId, tokenHash: hashOf(token), now })))
      throw new AppError('kiosk.closed')
    await appendAudit(scope, { action: 'kiosk.renewed', object: `kiosk:${kioskId}`, at: now })
    return found(await repo.byId(scope, kioskId))
  })
  return { kiosk, link: linkOf(ctx, token) }
}

/** @throws AppError `resource.missing` */
export async function close(ctx: MemberContext, kioskId: string): Promise<Kiosk> {
  const now = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    if (await repo.close(scope, kioskId, now))
      await appendAudit(scope, { action: 'kiosk.closed', object: `kiosk:${kioskId}`, at: now })
    return found(await repo.byId(scope, kioskId))
  })
}
