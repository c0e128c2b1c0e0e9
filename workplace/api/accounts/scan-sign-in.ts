import { sql } from 'drizzle-orm'
import type { Session } from '../../contracts/accounts.ts'
import { addSeconds } from '../clock.ts'
import { digest, equalInConstantTime, randomToken } from '../crypto/secrets.ts'
import { AppError, found } from '../errors.ts'
import type { Ctx, SessionCtx } from '../http/context.ts'
import { qrSvg } from '../http/qr.ts'
import { openSession, type PersonRow } from './sessions.ts'

const lifeSeconds = 180

interface TicketRow {
  secret_hash: string
  state: 'waiting' | 'scanned' | 'approved' | 'refused' | 'used'
  person_id: string | null
  expires_at: Date
}

/** The PC shows the ticket and keeps the secret: who photographs the QR gets nothing (Z-03). */
export async function start({ deps, now }: Ctx) {
  const [ticket, secret] = [randomToken(18), randomToken(18)]
  const expiresAt = addSeconds(now, lifeSeconds)
  await deps.db.run(sql`delete from scan_sign_ins where expires_at < ${addSeconds(now, -3600)}`)
  await deps.db.run(sql`insert into scan_sign_ins (ticket, secret_hash, state, expires_at)
    values (${ticket}, ${digest(secret)}, 'waiting', ${expiresAt})`)
  const qrText = `${deps.config.publicUrl}/scan-sign-in/${ticket}`
  return { ticket, secret, qrText, qrSvg: qrSvg(qrText), expiresAt: expiresAt.toISOString() }
}

type PollState = 'waiting' | 'scanned' | 'approved' | 'refused' | 'expired'

export async function poll(
  { deps, now }: Ctx,
  ticket: string,
  secret: string,
): Promise<{ state: PollState; session: Session | null }> {
  return deps.db.transaction(async (tx) => {
    const row = await tx.one<TicketRow>(
      sql`select secret_hash, state, person_id, expires_at from scan_sign_ins where ticket = ${ticket} for update`,
    )
    if (!row || !equalInConstantTime(row.secret_hash, digest(secret))) throw new AppError('resource.missing')
    if (row.state === 'used' || row.expires_at <= now) return { state: 'expired', session: null }
    if (row.state !== 'approved') return { state: row.state, session: null }
    await tx.run(sql`update scan_sign_ins set state = 'used' where ticket = ${ticket}`)
    const person = await tx.one<PersonRow>(
      sql`select id, name, phone, avatar from persons where id = ${row.person_id}`,
    )
    return { state: 'approved', session: await openSession(tx, found(person), { now, isNewPerson: false }) }
  })
}

export async function decide(
  { deps, now, personId }: SessionCtx,
  ticket: string,
  decision: 'scanned' | 'approve' | 'refuse',
): Promise<{ done: true }> {
  const state = decision === 'approve' ? 'approved' : decision === 'refuse' ? 'refused' : 'scanned'
  const changed = await deps.db.run(sql`
    update scan_sign_ins set state = ${state}, person_id = ${personId}
    where ticket = ${ticket} and expires_at > ${now} and state in ('waiting', 'scanned')
      and (person_id is null or person_id = ${personId})`)
  if (changed === 0) throw new AppError('scan-sign-in.expired')
  return { done: true }
}
