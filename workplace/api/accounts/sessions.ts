import { sql } from 'drizzle-orm'
import type { Person, Session } from '../../contracts/accounts.ts'
import { addSeconds } from '../clock.ts'
import { digest, randomToken } from '../crypto/secrets.ts'
import type { Queries } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'

const phoneSessionSeconds = 30 * 86_400

export interface PersonRow {
  id: string
  name: string
  phone: string
  avatar: string | null
}

export const personView = ({ id, name, phone, avatar }: PersonRow): Person => ({ id, name, phone, avatar })

/** The token leaves once; only its digest stays. */
export async function openSession(
  tx: Queries,
  person: PersonRow,
  given: { now: Date; isNewPerson: boolean; seconds?: number },
): Promise<Session> {
  const token = randomToken()
  const expiresAt = addSeconds(given.now, given.seconds ?? phoneSessionSeconds)
  await tx.run(sql`insert into sessions (id, person_id, token_hash, created_at, expires_at)
    values (${uuidv7()}, ${person.id}, ${digest(token)}, ${given.now}, ${expiresAt})`)
  return {
    token,
    expiresAt: expiresAt.toISOString(),
    person: personView(person),
    isNewPerson: given.isNewPerson,
  }
}
