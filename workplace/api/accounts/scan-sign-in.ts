import { sql } from 'drizzle-orm'
import { deviceOf } from '@kangbao/shared/identity/device.ts'
import type { ScannedSignIn, ScanSignInState, Session } from '../../contracts/accounts.ts'
import { addSeconds } from '../clock.ts'
import { digest, equalInConstantTime, randomToken } from '../crypto/secrets.ts'
import { AppError, found } from '../errors.ts'
import type { Ctx, SessionCtx } from '../http/context.ts'
import { networkOf } from '../http/network.ts'
import { qrSvg } from '../http/qr.ts'
import { openSession, type PersonRow } from './sessions.ts'

/** S-16: long enough to take the phone out, too short to be passed on. */
const lifeSeconds = 60
/** Somebody else may sit at this PC tomorrow. */
const pcSessionSeconds = 12 * 3600

interface TicketRow {
  secret_hash: string
  agent_hash: string
  state: 'waiting' | 'scanned' | 'approved' | 'refused' | 'used'
  person_id: string | null
  scanned_by: string | null
  device: string | null
  network: string
  started_at: Date
  expires_at: Date
}

const agentOf = ({ request }: Ctx): string => request.headers['user-agent'] ?? ''

/** The PC shows the ticket and keeps the secret: who photographs the QR gets nothing (Z-03). */
export async function start(ctx: Ctx) {
  const { deps, now } = ctx
  const [ticket, secret] = [randomToken(18), randomToken(18)]
  const expiresAt = addSeconds(now, lifeSeconds)
  await deps.db.run(sql`delete from scan_sign_ins where expires_at < ${addSeconds(now, -3600)}`)
  await deps.db.run(sql`
    insert into scan_sign_ins (ticket, secret_hash, agent_hash, state, device, network, started_at, expires_at)
    values (${ticket}, ${digest(secret)}, ${digest(agentOf(ctx))}, 'waiting', ${deviceOf(agentOf(ctx))},
      ${networkOf(ctx.request.ip)}, ${now}, ${expiresAt})`)
  const qrText = `${deps.config.publicUrl}/scan-sign-in/${ticket}`
  return { ticket, secret, qrText, qrSvg: qrSvg(qrText), expiresAt: expiresAt.toISOString() }
}

interface Poll {
  state: ScanSignInState
  scannedBy: string | null
  session: Session | null
}

/** Answers only the browser that was given the secret; the session comes once. */
export async function poll(ctx: Ctx, ticket: string, secret: string): Promise<Poll> {
  const { deps, now } = ctx
  return deps.db.transaction(async (tx) => {
    const row = await tx.one<TicketRow>(sql`select * from scan_sign_ins where ticket = ${ticket} for update`)
    if (!row || !isAskedBy(ctx, row, secret)) throw new AppError('resource.missing')
    if (row.state === 'used' || row.expires_at <= now) return untold('expired')
    if (row.state === 'waiting') return untold('waiting')
    // A phone that was signed out in between has taken its word back.
    if (row.scanned_by === null) return untold('expired')
    const person = found(
      await tx.one<PersonRow>(sql`select id, name, phone, avatar from persons where id = ${row.person_id}`),
    )
    const scannedBy = maskName(person.name)
    if (row.state !== 'approved') return { state: row.state, scannedBy, session: null }
    await tx.run(sql`update scan_sign_ins set state = 'used' where ticket = ${ticket}`)
    const session = await openSession(ctx, tx, person, { method: 'scan', seconds: pcSessionSeconds })
    return { state: 'approved', scannedBy, session }
  })
}

const untold = (state: 'waiting' | 'expired'): Poll => ({ state, scannedBy: null, session: null })

function isAskedBy(ctx: Ctx, row: TicketRow, secret: string): boolean {
  const isSameSecret = equalInConstantTime(row.secret_hash, digest(secret))
  return equalInConstantTime(row.agent_hash, digest(agentOf(ctx))) && isSameSecret
}

/** So that whoever sits at the PC sees into whose account it is about to go. */
const maskName = (name: string): string => `${Array.from(name)[0] ?? ''}*`

/**
 * The first phone to scan a code has it; another is told so. What it is shown is all it decides by.
 * @throws AppError `scan-sign-in.expired`, `scan-sign-in.taken`.
 */
export async function scan(ctx: SessionCtx, ticket: string): Promise<ScannedSignIn> {
  const { deps, now, personId, sessionId } = ctx
  const row = await deps.db.one<TicketRow>(sql`
    update scan_sign_ins set state = 'scanned', person_id = ${personId}, scanned_by = ${sessionId}
    where ticket = ${ticket} and expires_at > ${now}
      and (state = 'waiting' or (state = 'scanned' and scanned_by = ${sessionId}))
    returning *`)
  if (!row) throw await refusal(ctx, ticket)
  return {
    device: row.device,
    network: row.network,
    isSameNetwork: row.network === networkOf(ctx.request.ip),
    startedAt: row.started_at.toISOString(),
    secondsLeft: Math.max(0, Math.floor((row.expires_at.getTime() - now.getTime()) / 1000)),
  }
}

/** Only the phone session that was shown what asks may say yes. */
export async function decide(
  ctx: SessionCtx,
  ticket: string,
  decision: 'approve' | 'refuse',
): Promise<{ done: true }> {
  const changed = await ctx.deps.db.run(sql`
    update scan_sign_ins set state = ${decision === 'approve' ? 'approved' : 'refused'}
    where ticket = ${ticket} and expires_at > ${ctx.now} and state = 'scanned' and scanned_by = ${ctx.sessionId}`)
  if (changed === 0) throw await refusal(ctx, ticket)
  return { done: true }
}

async function refusal({ deps, now, sessionId }: SessionCtx, ticket: string): Promise<AppError> {
  const taken = await deps.db.one(sql`
    select 1 from scan_sign_ins
    where ticket = ${ticket} and expires_at > ${now} and state = 'scanned' and scanned_by <> ${sessionId}`)
  return new AppError(taken ? 'scan-sign-in.taken' : 'scan-sign-in.expired')
}
