import { sql } from 'drizzle-orm'
import { levelHeld } from '../certification/certification.repo.ts'
import type { DirectoryImport } from '../../contracts/imports.ts'
import { addSeconds } from '../clock.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError, found, fromConstraint } from '../errors.ts'
import { notifyOrg } from '../events/notify.ts'
import type { MemberCtx, OrgCtx } from '../http/context.ts'
import { applyImport } from './apply.ts'
import { checkFile } from './check-file.ts'
import * as running from './running.ts'
import { undo } from './undo.ts'
import { canUndo, ownOnly, view } from './view.ts'

/** Rows of a file hold personal data: those of files nobody confirmed, and lists of errors, are not kept for ever. */
const keptRowsSeconds = 7 * 86_400

/** Takes the file, answers at once, and checks it whole in the background (Z-04). */
export async function upload(
  ctx: MemberCtx,
  file: { name: string; bytes: Buffer },
): Promise<DirectoryImport> {
  const id = uuidv7()
  await ctx.inOrg(async (scope) => {
    // One checked file at a time per admin: an older one that was never confirmed is out of date.
    await scope.run(sql`update directory_imports set state = 'cancelled'
      where org_id = ${scope.orgId} and userid = ${ctx.self.userid} and state = 'checked'`)
    await scope.run(sql`delete from directory_import_rows r using directory_imports i
      where r.org_id = ${scope.orgId} and i.org_id = r.org_id and i.id = r.import_id
        and (i.state = 'cancelled' or i.created_at < ${addSeconds(ctx.now, -keptRowsSeconds)})`)
    await scope.run(sql`
      insert into directory_imports (org_id, id, userid, file_name, state, counts, created_at)
      values (${scope.orgId}, ${id}, ${ctx.self.userid}, ${file.name.slice(0, 200)}, 'checking', '{}', ${ctx.now})`)
    await running.begin(scope, id)
  })
  inBackground(ctx, id, (signal) => checkFile(ctx, id, { bytes: file.bytes, signal }))
  return ctx.inOrg((scope) => view({ ...ctx, scope }, id))
}

/** What goes wrong is told by the state of the import; who called it off knows already. */
function inBackground(ctx: MemberCtx, id: string, work: (signal: AbortSignal) => Promise<void>): void {
  void running
    .working(id, work)
    .catch((error: unknown) => fail(ctx, id, error))
    .catch((error: unknown) => ctx.deps.log.error({ err: error, importId: id }, 'import not ended'))
}

async function fail(ctx: MemberCtx, id: string, error: unknown): Promise<void> {
  // The file was checked against a directory that somebody changed since.
  const known = error instanceof AppError ? error : fromConstraint(error) && new AppError('import.outdated')
  const code = known?.code ?? 'server.error'
  if (!known && !(error instanceof running.Cancelled))
    ctx.deps.log.error({ err: error, importId: id }, 'import failed')
  await ctx.inOrg(async (scope) => {
    await scope.run(sql`update directory_imports set state = 'failed', failure = ${code}
      where org_id = ${scope.orgId} and id = ${id} and state in ('checking', 'importing')`)
    await scope.run(sql`update directory_imports set state = 'imported'
      where org_id = ${scope.orgId} and id = ${id} and state = 'undoing'`)
    await running.end(scope, id)
    await notifyOrg(scope, { type: 'import', orgId: scope.orgId, importId: id }, 'admins')
  })
}

export interface Confirmation {
  validRowsOnly?: boolean
  makeDepartmentChats?: boolean
  sendInvitations?: boolean
}

/** Writes the checked file, in the background; nothing is written when it fails. */
export async function confirm(ctx: MemberCtx, id: string, given: Confirmation): Promise<DirectoryImport> {
  await ctx.inOrg(async (scope) => {
    const row = found(
      await scope.one<{ state: string; invalid: number; needs_certification: boolean }>(sql`
        select state, (counts ->> 'invalid')::int as invalid, needs_certification from directory_imports i
        where org_id = ${scope.orgId} and id = ${id} and ${ownOnly(ctx)} for update`),
    )
    if (row.state !== 'checked') throw new AppError('import.not-ready', { state: row.state })
    if (row.invalid > 0 && !given.validRowsOnly)
      throw new AppError('import.has-problems', { invalid: row.invalid })
    // The org may have been certified since the check.
    if (row.needs_certification && (await levelHeld(scope)) !== 'advanced')
      throw new AppError('import.certification-required')
    await scope.run(sql`update directory_imports set state = 'importing'
      where org_id = ${scope.orgId} and id = ${id}`)
    await running.begin(scope, id)
  })
  inBackground(ctx, id, () => applyImport(ctx, id, given))
  return ctx.inOrg((scope) => view({ ...ctx, scope }, id))
}

/**
 * Calls an import off. Whoever changes its state first has it: the work that is under way sees so at its next step, or
 * at the very end, and rolls back; after the end there is nothing to call off.
 */
export async function cancel(ctx: OrgCtx, id: string): Promise<{ done: true }> {
  const { scope } = ctx
  const changed = await scope.run(sql`update directory_imports i set state = 'cancelled'
    where org_id = ${scope.orgId} and id = ${id} and ${ownOnly(ctx)}
      and state in ('checking', 'checked', 'importing', 'failed')`)
  if (changed === 0) {
    await view(ctx, id)
    throw new AppError('import.not-ready')
  }
  await scope.run(sql`delete from directory_import_rows where org_id = ${scope.orgId} and import_id = ${id}`)
  await notifyOrg(scope, { type: 'import', orgId: scope.orgId, importId: id }, 'admins')
  running.callOff(id)
  return { done: true }
}

export async function startUndo(ctx: MemberCtx, id: string): Promise<DirectoryImport> {
  await ctx.inOrg(async (scope) => {
    await view({ ...ctx, scope }, id)
    const changed = await scope.run(sql`update directory_imports i set state = 'undoing'
      where i.org_id = ${scope.orgId} and i.id = ${id} and ${ownOnly(ctx)} and ${canUndo(ctx.now)}`)
    if (changed === 0) throw new AppError('import.cannot-undo')
    await running.begin(scope, id)
  })
  inBackground(ctx, id, () => undo(ctx, id))
  return ctx.inOrg((scope) => view({ ...ctx, scope }, id))
}
