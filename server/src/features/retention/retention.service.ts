import { addDays, civilDayOf, instantAt } from '@kangbao/shared/calendar/civil-day.ts'
import type { BodyOf, QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/retention.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { idCursor, newId } from '../../db/ids.ts'
import { found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { definitionOf, formById, formOrg, retentionDaysOf } from '../forms/index.ts'
import * as holds from './holds.repo.ts'
import type { HoldRow } from './holds.repo.ts'
import { overdueOf } from './overdue.ts'
import { isGenuine } from './signature.ts'
import * as sweeps from './sweep.repo.ts'

const defaultPage = 50
/** When sweeps begin, org by org (`due-orgs.system.ts`). */
const sweepsAt = '04:10'
const gone: LocalText = { 'zh-CN': '—', en: '—' }

/** What the next sweep deletes, counted as it will count. */
export async function preview(ctx: MemberContext): Promise<contracts.RetentionPreview> {
  const now = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    const { timeZone } = await formOrg(scope)
    const today = civilDayOf(now, timeZone)
    const todays = instantAt(today, sweepsAt, timeZone)
    const nextAt = todays > now ? todays : instantAt(addDays(today, 1), sweepsAt, timeZone)
    const held = await holds.openHolds(scope)
    const forms = []
    for (const form of await sweeps.formsToSweep(scope)) {
      const isHeld = held.some(({ formId }) => formId === null || formId === form.id)
      forms.push({
        formId: form.id,
        title: (await definitionOf(scope, form.id, form.version))?.title ?? gone,
        days: retentionDaysOf(form),
        isHeld,
        months: await sweeps.countOverdue(scope, overdueOf(form, nextAt, timeZone)),
      })
    }
    return { nextAt: new Date(nextAt).toISOString(), forms }
  })
}

export async function listSweeps(
  ctx: MemberContext,
  { cursor, limit = defaultPage }: QueryOf<typeof contracts.listSweeps>,
): Promise<ResponseOf<typeof contracts.listSweeps>> {
  const before = idCursor(cursor)
  return ctx.inOrg(async (scope) => {
    const rows = await sweeps.listSweeps(scope, { before, limit: limit + 1 })
    const titles = await titlesOf(scope)
    const items = []
    for (const row of rows.slice(0, limit))
      items.push({
        id: row.id,
        day: row.day,
        startedAt: row.startedAt,
        finishedAt: row.finishedAt,
        deleted: row.deleted.map((each) => ({ ...each, title: titles.get(each.formId) ?? gone })),
        signature: row.signature?.toString('hex') ?? null,
        isGenuine: await isGenuine(ctx.deps.vault, ctx.orgId, row),
      })
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  })
}

async function titlesOf(scope: OrgScope): Promise<ReadonlyMap<string, LocalText>> {
  const titles = new Map<string, LocalText>()
  for (const { id, version } of await sweeps.formsToSweep(scope)) {
    const definition = await definitionOf(scope, id, version)
    if (definition) titles.set(id, definition.title)
  }
  return titles
}

function holdView(row: HoldRow, titles: ReadonlyMap<string, LocalText>): contracts.LegalHold {
  return {
    id: row.id,
    formId: row.formId,
    title: row.formId === null ? null : (titles.get(row.formId) ?? gone),
    reason: row.reason,
    setAt: new Date(row.setAt).toISOString(),
    setBy: row.setByName,
    releasedAt: row.releasedAt === null ? null : new Date(row.releasedAt).toISOString(),
  }
}

export async function listHolds(
  ctx: MemberContext,
  { cursor, limit = defaultPage }: QueryOf<typeof contracts.listHolds>,
): Promise<ResponseOf<typeof contracts.listHolds>> {
  const before = idCursor(cursor)
  return ctx.inOrg(async (scope) => {
    const rows = await holds.listHolds(scope, { before, limit: limit + 1 })
    const titles = await titlesOf(scope)
    const items = rows.slice(0, limit).map((row) => holdView(row, titles))
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  })
}

export async function setHold(
  ctx: MemberContext,
  { formId, reason }: BodyOf<typeof contracts.setHold>,
): Promise<contracts.LegalHold> {
  const now = ctx.deps.clock.now()
  const id = newId()
  return ctx.inOrg(async (scope) => {
    if (formId !== null) found(await formById(scope, formId))
    await holds.insertHold(scope, { id, formId, reason: reason.trim(), by: ctx.memberId, now })
    await appendAudit(scope, { action: 'hold.set', object: `hold:${id}`, detail: { formId }, at: now })
    const row = found((await holds.openHolds(scope)).find((each) => each.id === id))
    return holdView(row, await titlesOf(scope))
  })
}

export async function releaseHold(ctx: MemberContext, holdId: string): Promise<Record<string, never>> {
  const now = ctx.deps.clock.now()
  await ctx.inOrg(async (scope) => {
    found((await holds.release(scope, { id: holdId, by: ctx.memberId, now })) ? true : null)
    await appendAudit(scope, { action: 'hold.released', object: `hold:${holdId}`, at: now })
  })
  return {}
}
