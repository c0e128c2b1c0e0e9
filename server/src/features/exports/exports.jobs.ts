import { Type } from 'typebox'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import { exportLifeHours } from '@kangbao/shared/contracts/exports.ts'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { onceStart } from '@kangbao/shared/calendar/period.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { defineJob, exponential, type JobContext } from '../../jobs/define-job.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import type { SealedPlace } from '../../ports/vault.ts'
import type { FilePlace } from '../../ports/file-store.ts'
import { eraseLater, newContentKey, store } from '../files/index.ts'
import { exportLetterOutcome, mayMail, planPush } from '../notifications/index.ts'
import { countRows, fileOf, isBeingListed } from './content.ts'
import * as repo from './exports.repo.ts'
import { tellOwner } from './schedule-failures.ts'
import * as schedules from './schedules.repo.ts'
import { openRun, RunStopped, type Run } from './run.ts'
import { ZipTooLarge } from './zip-stream.ts'

const data = Type.Object({ orgId: Uuid, exportId: Uuid })
const mostBytes = 512 * 1024 * 1024
const mostAttempts = 4
/** How soon an export of people asks again whether their list is complete. */
const listedSoonMs = 15_000
/** A letter is given up after an hour, or waits for the end of somebody's quiet hours. */
const looksEveryMs = 10 * 60_000
const lifeMs = exportLifeHours * 3_600_000
/** People named in one entry of the audit log. */
const peoplePerEntry = 1_000

export const keyPlace = (orgId: string, row: string): SealedPlace => ({
  orgId,
  table: 'exports',
  column: 'content_key',
  row,
})
export const contentPlace = (orgId: string, fileId: string): FilePlace => ({ orgId, fileId, part: 'content' })

/**
 * Writes an export into the file store, page by page: the memory it takes is that of a page. One that was cut off begins
 * anew under another key; one that was thrown away meanwhile leaves nothing behind.
 */
export const runExport = defineJob({
  name: 'exports.run',
  queue: 'default',
  data,
  retryAfterMs: exponential(2_000, 60_000),
  async run({ orgId, exportId }, ctx) {
    const place = contentPlace(orgId, exportId)
    try {
      const run = await openRun(ctx, orgId, exportId)
      if (await isBeingListed(run)) return await oweAgain(ctx, orgId, exportId)
      await ctx.deps.files.remove(place)
      await write(ctx, run)
    } catch (error) {
      const failure = failureOf(error, ctx.attempts)
      if (failure === null) throw error
      await ctx.deps.files.remove(place)
      if (failure === 'gone') return
      ctx.log.warn({ err: error, orgId, exportId }, 'export failed')
      await giveUp(ctx, orgId, exportId, failure)
    }
  },
})

/** Not as a failure: those are counted. */
function oweAgain({ deps, inOrg }: JobContext, orgId: string, exportId: string): Promise<void> {
  const now = deps.clock.now()
  const when = { now, notBefore: now + listedSoonMs, dedupKey: exportId }
  return inOrg(orgId, (scope) => emit(scope, runExport, { orgId, exportId }, when))
}

/** Why there is no use in trying again; null when there is. */
function failureOf(error: unknown, attempts: number) {
  if (error instanceof RunStopped) return error.reason
  if (error instanceof ZipTooLarge) return 'too-large' as const
  return attempts + 1 >= mostAttempts ? ('broken' as const) : null
}

async function write(ctx: JobContext, run: Run): Promise<void> {
  const { deps, inOrg } = ctx
  const { orgId, row } = run
  const key = newContentKey()
  const contentKey = await deps.vault.seal(keyPlace(orgId, row.id), key.toString('base64'))
  const rowsTotal = await countRows(run)
  if (!(await inOrg(orgId, (scope) => repo.begin(scope, row.id, contentKey, rowsTotal))))
    throw new RunStopped('gone')
  run.contentKey = contentKey
  let contentBytes = 0
  async function* counted() {
    for await (const piece of fileOf(run, deps.clock.now(), mostBytes)) {
      contentBytes += piece.length
      yield piece
    }
  }
  await store(deps.files, contentPlace(orgId, row.id), key, counted())
  const now = deps.clock.now()
  const expiresAt = now + lifeMs
  const finished = { id: row.id, contentKey, rowsDone: run.rowsDone, contentBytes, expiresAt }
  const asker = { kind: 'member', memberId: row.memberId } as const
  await deps.database.inOrg(orgId, asker, async (scope) => {
    if (!(await repo.finish(scope, finished))) throw new RunStopped('gone')
    await noteMade(scope, run, now)
    await oweExpiry(scope, row.id, now, expiresAt)
    const isScheduled = (await schedules.noteOutcome(scope, row.id, 'made')) !== null
    await tell(ctx, scope, run, { now, isScheduled })
  })
  deps.live.publish(orgId, { kind: 'export', formId: row.formId })
}

/** Whose answers went out, and through whom: everybody concerned can look it up (S-46). */
async function noteMade(scope: OrgScope, { row, people, rowsDone }: Run, at: EpochMs): Promise<void> {
  const everybody = [...people]
  for (let from = 0; from === 0 || from < everybody.length; from += peoplePerEntry)
    await appendAudit(scope, {
      action: 'export.made',
      object: `form:${row.formId}/export:${row.id}`,
      people: everybody.slice(from, from + peoplePerEntry),
      detail: { shape: row.request.shape, rows: rowsDone, reason: row.reason },
      at,
    })
}

/** Says that it is ready: by mail where that was asked for and somebody reads it, by work notification otherwise. */
async function tell(
  { deps }: JobContext,
  scope: OrgScope,
  { row }: Run,
  { now, isScheduled }: { readonly now: EpochMs; readonly isScheduled: boolean },
): Promise<void> {
  const { tells = false, mails = false } = row.request
  const isMailed = mails && deps.mail.isConfigured && (await mayMail(scope, 'mail:exports', row.memberId))
  const push = { ...aboutExport(row), plannedAt: now }
  if (isMailed) {
    await planPush(deps, scope, { ...push, kind: 'export-mail' })
    if (isScheduled) await oweLook(scope, row.id, now)
  }
  if (tells || (mails && !isMailed)) await planPush(deps, scope, { ...push, kind: 'export-ready' })
}

const aboutExport = ({ id, formId, memberId }: repo.ExportRow) => ({
  formId,
  periodStart: onceStart,
  subject: id,
  recipients: [memberId],
})

async function oweLook(scope: OrgScope, exportId: string, now: EpochMs): Promise<void> {
  const later = { now, notBefore: now + looksEveryMs, dedupKey: exportId }
  await emit(scope, lookAfterLetter, { orgId: scope.orgId, exportId }, later)
}

/**
 * Looks what became of the letter about a scheduled export. Whom it did not reach is told by work notification, as long as
 * there is something to fetch, and the owner of the schedule hears of it.
 */
export const lookAfterLetter = defineJob({
  name: 'exports.letter',
  queue: 'default',
  data,
  retryAfterMs: exponential(5_000, 600_000),
  async run({ orgId, exportId }, { deps, inOrg }) {
    const now = deps.clock.now()
    await inOrg(orgId, async (scope) => {
      const row = await repo.byId(scope, exportId)
      if (!row || row.expiresAt <= now) return
      const outcome = await exportLetterOutcome(scope, { formId: row.formId, exportId })
      if (outcome === 'waiting') return oweLook(scope, exportId, now)
      if (outcome === 'taken') return
      // Planned for the moment of the asking, so that a job that runs twice tells it once.
      if (row.request.tells !== true)
        await planPush(deps, scope, { ...aboutExport(row), kind: 'export-ready', plannedAt: row.createdAt })
      if (outcome === 'unwanted') return
      const run = await schedules.noteOutcome(scope, exportId, 'unmailed', 'made')
      if (run) await tellOwner(deps, scope, run, 'unmailed')
    })
  },
})

async function giveUp(
  { deps, inOrg }: JobContext,
  orgId: string,
  exportId: string,
  failure: 'too-large' | 'permission' | 'broken',
): Promise<void> {
  const formId = await inOrg(orgId, async (scope) => {
    await repo.fail(scope, exportId, failure)
    const isForbidden = failure === 'permission'
    const run = await schedules.noteOutcome(scope, exportId, isForbidden ? 'no-right' : 'failed')
    if (run) await tellOwner(deps, scope, run, isForbidden ? 'no-right' : failure)
    return (await repo.byId(scope, exportId))?.formId
  })
  if (formId) deps.live.publish(orgId, { kind: 'export', formId })
}

/**
 * Owes an export that was asked for, in the transaction of the asking.
 * @returns False when one of the member's is running already.
 */
export async function oweExport(
  scope: OrgScope,
  { now, ...given }: Omit<repo.NewExport, 'expiresAt'>,
): Promise<boolean> {
  const { id } = given
  // Twice the time, should it never get to its end.
  const expiresAt = now + 2 * lifeMs
  if (!(await repo.insert(scope, { ...given, now, expiresAt }))) return false
  await emit(scope, runExport, { orgId: scope.orgId, exportId: id }, { now, dedupKey: id })
  await oweExpiry(scope, id, now, expiresAt)
  return true
}

/** Takes an export away when its day is over, with its bytes. */
export const expireExport = defineJob({
  name: 'exports.expire',
  queue: 'default',
  data,
  retryAfterMs: exponential(5_000, 3_600_000),
  async run({ orgId, exportId }, { deps, inOrg }) {
    const now = deps.clock.now()
    await inOrg(orgId, async (scope) => {
      const row = await repo.byId(scope, exportId)
      if (!row) return
      if (row.expiresAt > now) return oweExpiry(scope, exportId, now, row.expiresAt)
      await repo.remove(scope, exportId)
      await eraseLater(scope, [exportId], now)
    })
  },
})

async function oweExpiry(scope: OrgScope, exportId: string, now: EpochMs, notBefore: EpochMs): Promise<void> {
  await emit(scope, expireExport, { orgId: scope.orgId, exportId }, { now, notBefore, dedupKey: exportId })
}

/** Throws away every export of some forms, since it may hold what was deleted in this transaction (S-40, S-42). */
export async function dropExports(
  scope: OrgScope,
  formIds: readonly string[] | 'all',
  now: EpochMs,
): Promise<void> {
  await eraseLater(scope, await repo.removeOfForms(scope, formIds), now)
}
