import { sql } from 'drizzle-orm'
import type { MySession } from '../../contracts/account-security.ts'
import type { NewSignIn } from '../../contracts/accounts.ts'
import type { Queries } from '../db/database.ts'
import { AppError } from '../errors.ts'
import { notifyPersons } from '../events/notify.ts'
import type { SessionCtx } from '../http/context.ts'
import { signInView, type SignInRow } from './sessions.ts'

const signInsShown = 20
const newSignInsTold = 5

interface SessionRow {
  id: string
  device: string | null
  network: string
  created_at: Date
  last_seen_at: Date | null
}

export async function list({
  deps,
  now,
  personId,
  sessionId,
}: SessionCtx): Promise<{ items: MySession[]; signIns: NewSignIn[] }> {
  const rows = await deps.db.rows<SessionRow>(sql`
    select id, device, network, created_at, last_seen_at from sessions
    where person_id = ${personId} and expires_at > ${now}
    order by (id = ${sessionId}) desc, last_seen_at desc, id desc`)
  const signIns = await deps.db.rows<SignInRow>(sql`
    select device, network, at from sign_ins
    where person_id = ${personId} order by at desc, id desc limit ${signInsShown}`)
  return {
    items: rows.map((row) => ({
      id: row.id,
      device: row.device,
      network: row.network,
      startedAt: row.created_at.toISOString(),
      lastSeenAt: (row.last_seen_at ?? row.created_at).toISOString(),
      isCurrent: row.id === sessionId,
    })),
    signIns: signIns.map(signInView),
  }
}

/** Somebody else's session is not there. */
export async function end({ deps, personId }: SessionCtx, sessionId: string): Promise<{ done: true }> {
  return deps.db.transaction(async (tx) => {
    const ended = await tx.run(sql`delete from sessions where id = ${sessionId} and person_id = ${personId}`)
    if (ended === 0) throw new AppError('resource.missing')
    await notifyPersons(tx, [personId], { type: 'account' })
    return { done: true }
  })
}

export async function endAll(ctx: SessionCtx, andThis = false): Promise<{ ended: number }> {
  return ctx.deps.db.transaction(async (tx) => ({
    ended: await endOthers(tx, ctx.personId, andThis ? null : ctx.sessionId),
  }))
}

/** Ends all sessions of a person but the one that is kept; those devices hear of it at once. */
export async function endOthers(tx: Queries, personId: string, kept: string | null): Promise<number> {
  const ended = await tx.run(
    sql`delete from sessions where person_id = ${personId} and id is distinct from ${kept}::uuid`,
  )
  await notifyPersons(tx, [personId], { type: 'account' })
  return ended
}

/** Sign-ins elsewhere since this device last told of them, the newest first; a PC let in by scan was let in by the person. */
export async function untold({ deps, personId, sessionId }: SessionCtx): Promise<NewSignIn[]> {
  const rows = await deps.db.rows<SignInRow>(sql`
    select i.device, i.network, i.at from sign_ins i join sessions s on s.id = ${sessionId}
    where i.person_id = ${personId} and i.session_id <> ${sessionId} and i.method <> 'scan' and i.at > coalesce(s.noticed_at, s.created_at)
    order by i.at desc, i.id desc limit ${newSignInsTold}`)
  return rows.map(signInView)
}

export async function seen({ deps, now, sessionId }: SessionCtx): Promise<{ done: true }> {
  await deps.db.run(sql`update sessions set noticed_at = ${now} where id = ${sessionId}`)
  return { done: true }
}
