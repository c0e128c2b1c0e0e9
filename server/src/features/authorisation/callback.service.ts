import { appIds, type AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { SystemScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { emitSystem, systemOrgId } from '../../jobs/outbox.repo.ts'
import { ForgedCallback, type SealedCallback } from '../../ports/workplace-callbacks.ts'
import { refreshAdmins, refreshDepartment, refreshMember } from '../directory/index.ts'
import { activateSuite, refreshAuthorisation } from './authorisation.jobs.ts'
import * as inbox from './callback.system.ts'
import { millis, readPush, UnreadablePush, type PushedEvent } from './push.ts'
import type { Refusals } from './refusals.ts'
import { noteSystem } from '../../db/system-audit.system.ts'
import { keepTicket } from './tickets.system.ts'

/** How far the envelope's time may be from ours. */
const toleranceMs = 3_600_000

export interface RawCallback {
  readonly app: string
  readonly query: unknown
  readonly body: unknown
}

/**
 * Takes one push (Z-20): signature, decryption, owner key, age, then inbox and outbox in one transaction, so that a
 * push is either answered and kept or neither. What it causes happens in jobs. Returns the encrypted answer.
 * Why one is refused stands in the audit log and nowhere else: every refusal is the same answer (S-27).
 * @throws AppError `callback.forged`
 */
export async function take(deps: Deps, raw: RawCallback, refusals: Refusals): Promise<object> {
  try {
    const app = appIds.find((id) => id === raw.app)
    if (!app) throw new AppError('callback.forged', {}, { cause: new ForgedCallback('suite') })
    const sealed = envelopeOf(raw)
    const message = open(deps, app, sealed)
    const now = deps.clock.now()
    // Written so that a time that is no number is too old as well.
    if (!(Math.abs(now - millis(sealed.timestamp)) <= toleranceMs)) throw new AppError('callback.stale')
    const events = read(message, sealed)
    await deps.database.inSystem(async (system) => {
      for (const event of events)
        if (await inbox.receive(system, app, { event, now })) await apply(system, deps, { app, event })
    })
    if (events.some(({ ticket }) => ticket !== null)) deps.tickets.forget(app)
    return deps.callbacks.seal(app, 'success')
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    await note(deps, raw, { error, refusals })
    throw new AppError('callback.forged', {}, { cause: error })
  }
}

function open(deps: Deps, app: AppId, sealed: SealedCallback): string {
  try {
    return deps.callbacks.open(app, sealed)
  } catch (cause) {
    if (cause instanceof ForgedCallback) throw new AppError('callback.forged', {}, { cause })
    throw cause
  }
}

function read(message: string, sealed: SealedCallback): PushedEvent[] {
  try {
    return readPush(message, sealed)
  } catch (cause) {
    if (cause instanceof UnreadablePush) throw new AppError('callback.unreadable', {}, { cause })
    throw cause
  }
}

/** @throws AppError `callback.unreadable` when a part is missing, repeated or no text. */
function envelopeOf({ query, body }: RawCallback): SealedCallback {
  const [inQuery, inBody] = [textsOf(query), textsOf(body)]
  const signature = inQuery.get('signature') ?? inQuery.get('msg_signature')
  const [timestamp, nonce, encrypt] = [inQuery.get('timestamp'), inQuery.get('nonce'), inBody.get('encrypt')]
  if (signature === undefined || timestamp === undefined || nonce === undefined || encrypt === undefined)
    throw new AppError('callback.unreadable')
  return { signature, timestamp, nonce, encrypt }
}

function textsOf(value: unknown): Map<string, string> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

async function note(
  deps: Deps,
  { app }: RawCallback,
  { error, refusals }: { error: AppError; refusals: Refusals },
): Promise<void> {
  const known = appIds.find((id) => id === app) ?? 'unknown'
  const { isNoted, unnoted } = refusals.next(known)
  if (!isNoted) return
  const { cause } = error
  const step = cause instanceof ForgedCallback ? cause.step : cause instanceof Error ? cause.message : null
  const detail = { app: known, code: error.code, step, ...(unnoted > 0 ? { unnotedBefore: unnoted } : {}) }
  await deps.database.inSystem((system) =>
    noteSystem(system, { action: 'callback.refused', at: deps.clock.now(), detail }),
  )
}

interface Received {
  readonly app: AppId
  readonly event: PushedEvent
}

/** What the org said about the app itself, by the word the platform uses for it. */
const authorisationHints: Readonly<Record<string, 'read' | 'removed' | 'stopped'>> = {
  change_auth: 'read',
  org_suite_auth: 'read',
  org_suite_change: 'read',
  org_micro_app_restore: 'read',
  org_micro_app_scope_update: 'read',
  org_update: 'read',
  org_change: 'read',
  org_suite_relieve: 'removed',
  suite_relieve: 'removed',
  org_micro_app_remove: 'removed',
  org_remove: 'removed',
  org_micro_app_stop: 'stopped',
}

async function apply(system: SystemScope, deps: Deps, { app, event }: Received): Promise<void> {
  const { kind, corpId, ticket, temporaryCode } = event
  const now = deps.clock.now()
  if (kind === 'suite_ticket' && ticket !== null) {
    const at = Number.isNaN(event.at) ? now : event.at
    return keepTicket(system, deps.vault, { app, ticket, at, now })
  }
  if (corpId === null) return
  if (kind === 'tmp_auth_code' && temporaryCode !== null) {
    const place = { orgId: systemOrgId, table: 'outbox', column: 'payload', row: `${app} ${corpId}` }
    const sealedCode = (await deps.vault.seal(place, temporaryCode)).toString('base64')
    return emitSystem(system, activateSuite, { app, corpId, sealedCode }, { now })
  }
  const hint = Object.hasOwn(authorisationHints, kind) ? authorisationHints[kind] : undefined
  if (hint)
    return emitSystem(
      system,
      refreshAuthorisation,
      { app, corpId, hint },
      { now, dedupKey: `${app} ${corpId}` },
    )
  const orgId = await inbox.activeOrgOf(system, corpId)
  if (orgId !== null) await applyToDirectory(system, deps, { orgId, event })
}

/** An event names what to read again (Z-22); of what it says about a person nothing is kept. */
async function applyToDirectory(
  system: SystemScope,
  deps: Deps,
  { orgId, event: { kind, subject } }: { orgId: string; event: PushedEvent },
): Promise<void> {
  const now = deps.clock.now()
  const dedupKey = `${orgId} ${subject ?? ''}`
  if (/^user_\w+_org$|^user_(dept|role)_change$/.test(kind) && subject !== null && subject.length <= 64)
    await emitSystem(system, refreshMember, { orgId, userId: subject }, { now, dedupKey })
  const departmentId = Number(subject)
  if (/^org_dept_\w+$/.test(kind) && Number.isSafeInteger(departmentId) && departmentId > 0)
    await emitSystem(system, refreshDepartment, { orgId, departmentId }, { now, dedupKey })
  if (/^org_role_\w+$|^user_role_change$|^org_admin_\w+$/.test(kind))
    await emitSystem(system, refreshAdmins, { orgId }, { now, dedupKey: orgId })
}
