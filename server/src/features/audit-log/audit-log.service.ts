import { auditActionText, auditActions, isAuditAction } from '@kangbao/shared/audit/actions.ts'
import {
  addDays,
  civilDayOf,
  instantAt,
  parseCivilDate,
  wallTimeOf,
} from '@kangbao/shared/calendar/civil-day.ts'
import type { AuditLogEntry, AuditVerdict, exportAuditLog } from '@kangbao/shared/contracts/audit-log.ts'
import type { QueryOf } from '@kangbao/shared/contracts/contract.ts'
import type { Locale } from '@kangbao/shared/locale.ts'
import { csvLines, csvOf } from '@kangbao/shared/spreadsheets/cells.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { noteSystem } from '../../db/system-audit.system.ts'
import { AppError } from '../../errors.ts'
import { asMember, type RequestContext } from '../../http/context.ts'
import { listEntries, type LogFilter } from './audit-log.repo.ts'
import type { LogScope } from './chain.repo.ts'
import { cursorOf, placeOf, type LogPlace } from './cursor.ts'
import { orgZone } from './logs.system.ts'
import { readOutside, verifyInstallation, verifyOrg } from './verify.ts'

type Filters = QueryOf<typeof exportAuditLog>

const defaultZone = 'Asia/Shanghai'
const exportPage = 1_000

/** The log the caller may read: his org's, or as the operator that of the installation. */
function inOwnLog<T>(ctx: RequestContext, work: (scope: LogScope) => Promise<T>): Promise<T> {
  return ctx.caller?.kind === 'operator' ? ctx.deps.database.inSystem(work) : asMember(ctx).inOrg(work)
}

async function zoneOf({ caller, deps }: RequestContext): Promise<string> {
  if (caller?.kind !== 'member') return defaultZone
  return deps.database.inSystem((system) => orgZone(system, caller.orgId))
}

/** @throws AppError `request.invalid` for a day that is none. */
function filterOf({ from, until, kind, action, actor, person }: Filters, zone: string): LogFilter {
  const midnight = (text: string | undefined, later: number) => {
    if (text === undefined) return null
    const day = parseCivilDate(text)
    if (day === null) throw new AppError('request.invalid', { part: 'querystring' })
    return instantAt(addDays(day, later), '00:00', zone)
  }
  return { from: midnight(from, 0), until: midnight(until, 1), kind, action, actor, person }
}

/** One page of the log, newest first. @throws AppError `request.invalid`. */
export async function list(
  ctx: RequestContext,
  { cursor, limit = 50, ...filters }: Filters & { cursor?: string | undefined; limit?: number | undefined },
): Promise<{ items: AuditLogEntry[]; nextCursor: string | null }> {
  const after = placeOf(cursor)
  if (after === undefined) throw new AppError('request.invalid', { part: 'querystring' })
  const filter = filterOf(filters, await zoneOf(ctx))
  const found = await inOwnLog(ctx, (scope) => listEntries(scope, filter, { after, limit: limit + 1 }))
  const items = found.slice(0, limit)
  const last = found.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last === undefined ? null : cursorOf(last) }
}

const headings: Readonly<Record<Locale, readonly string[]>> = {
  'zh-CN': [
    '时间',
    '序号',
    '类型',
    '操作',
    '操作人',
    '对象',
    '涉及人数',
    '涉及人员（前三位）',
    '详情',
    '记录编号',
  ],
  en: ['Time', 'No.', 'Kind', 'Action', 'By', 'Object', 'People', 'Who (first three)', 'Detail', 'Entry'],
}
const kinds: Readonly<Record<Locale, Readonly<Record<'read' | 'change', string>>>> = {
  'zh-CN': { read: '查看', change: '变更' },
  en: { read: 'read', change: 'change' },
}
const others: Readonly<Record<Locale, Readonly<Record<AuditLogEntry['actor']['kind'], string>>>> = {
  'zh-CN': {
    operator: '平台运维',
    viewer: '督查人员',
    system: '系统',
    member: '已离开的成员',
    token: '接口令牌',
  },
  en: {
    operator: 'operator',
    viewer: 'government viewer',
    system: 'system',
    member: 'somebody who left',
    token: 'API token',
  },
}

/**
 * The log as CSV, page by page as it is sent. The row that says so is written before the first byte.
 * @throws AppError `request.invalid`.
 */
export async function exported(
  ctx: RequestContext,
  filters: Filters,
  locale: Locale,
): Promise<AsyncIterable<string>> {
  const zone = await zoneOf(ctx)
  const filter = filterOf(filters, zone)
  async function* lines() {
    yield csvOf([headings[locale]])
    for (let after: LogPlace | null = null; ;) {
      const page = { after, limit: exportPage }
      const entries: AuditLogEntry[] = await inOwnLog(ctx, (scope) => listEntries(scope, filter, page))
      if (entries.length > 0) yield csvLines(entries.map((entry) => cellsOf(entry, zone, locale)))
      after = entries.at(-1) ?? null
      if (entries.length < exportPage) return
    }
  }
  return lines()
}

function cellsOf(entry: AuditLogEntry, zone: string, locale: Locale): (string | number)[] {
  const { at, actor, action, object, people, peopleCount, detail, id } = entry
  const ms = Date.parse(at)
  const kind = isAuditAction(action) ? kinds[locale][auditActions[action].kind] : ''
  const by = actor.kind === 'member' ? (actor.name ?? others[locale].member) : others[locale][actor.kind]
  return [
    `${civilDayOf(ms, zone)} ${wallTimeOf(ms, zone)}:${at.slice(17, 19)}`,
    entry.seq ?? '',
    kind,
    auditActionText(action, locale),
    ['system', 'token'].includes(actor.kind) && actor.name ? `${by} ${actor.name}` : by,
    object,
    peopleCount,
    people.map(({ name }) => name).join('、'),
    JSON.stringify(detail),
    id,
  ]
}

/** Follows the chain of the caller's own log and writes down that he did, and what came of it. */
export async function verify(ctx: RequestContext): Promise<AuditVerdict> {
  const { deps, caller } = ctx
  const at = deps.clock.now()
  const outside = await readOutside(deps)
  const verdict =
    caller?.kind === 'member'
      ? await verifyOrg(deps, caller.orgId, outside, at)
      : await verifyInstallation(deps, outside, at)
  const { links, fault } = verdict
  const entry = {
    action: 'audit.verified',
    object: 'audit-log',
    at,
    detail: { links, fault: fault?.kind ?? null },
  } as const
  await (caller?.kind === 'member'
    ? asMember(ctx).inOrg((scope) => appendAudit(scope, entry))
    : deps.database.inSystem((system) => noteSystem(system, { ...entry, actor: 'operator' })))
  return { links, fault, verifiedAt: new Date(at).toISOString() }
}
