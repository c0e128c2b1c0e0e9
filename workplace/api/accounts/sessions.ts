import { sql } from 'drizzle-orm'
import { deviceOf } from '@kangbao/shared/identity/device.ts'
import type { NewSignIn, Person, Session } from '../../contracts/accounts.ts'
import { addSeconds } from '../clock.ts'
import { digest, randomToken } from '../crypto/secrets.ts'
import type { Queries } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { notifyPersons } from '../events/notify.ts'
import type { Ctx } from '../http/context.ts'
import { networkOf } from '../http/network.ts'

const phoneSessionSeconds = 30 * 86_400
const signInsKeptSeconds = 90 * 86_400
/** More devices than anybody has: the longest unused are signed out. */
const mostSessions = 50

export interface PersonRow {
  id: string
  name: string
  phone: string
  avatar: string | null
}

export const personView = ({ id, name, phone, avatar }: PersonRow): Person => ({ id, name, phone, avatar })

export interface SignInRow {
  device: string | null
  network: string
  at: Date
}

export const signInView = ({ device, network, at }: SignInRow): NewSignIn => ({
  device,
  network,
  at: at.toISOString(),
})

export interface Opening {
  method: 'code' | 'password' | 'reset' | 'scan'
  isNewPerson?: boolean
  /** Life of the session; a phone's without. */
  seconds?: number
}

/** The token leaves once; only its digest stays. The person's other devices hear of it. */
export async function openSession(
  { now, request }: Pick<Ctx, 'now' | 'request'>,
  tx: Queries,
  person: PersonRow,
  { method, isNewPerson = false, seconds = phoneSessionSeconds }: Opening,
): Promise<Session> {
  const token = randomToken()
  const sessionId = uuidv7()
  const expiresAt = addSeconds(now, seconds)
  const device = deviceOf(request.headers['user-agent'])
  const network = networkOf(request.ip)
  await tx.run(sql`
    insert into sessions (id, person_id, token_hash, device, network, created_at, last_seen_at, noticed_at, expires_at)
    values (${sessionId}, ${person.id}, ${digest(token)}, ${device}, ${network}, ${now}, ${now}, ${now}, ${expiresAt})`)
  await tx.run(sql`
    insert into sign_ins (id, person_id, session_id, method, device, network, at)
    values (${uuidv7()}, ${person.id}, ${sessionId}, ${method}, ${device}, ${network}, ${now})`)
  await tx.run(sql`
    delete from sign_ins where person_id = ${person.id} and at < ${addSeconds(now, -signInsKeptSeconds)}`)
  await tx.run(sql`
    delete from sessions where person_id = ${person.id} and (expires_at <= ${now} or id in (
      select id from sessions where person_id = ${person.id} order by last_seen_at desc, id desc offset ${mostSessions}))`)
  await notifyPersons(tx, [person.id], { type: 'account' })
  return { token, expiresAt: expiresAt.toISOString(), person: personView(person), isNewPerson }
}
