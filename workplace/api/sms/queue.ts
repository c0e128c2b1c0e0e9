import { sql } from 'drizzle-orm'
import { addSeconds } from '../clock.ts'
import { array, type Queries } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import type { Deps } from '../deps.ts'

export const smsChannel = 'sms_work'

/** Writes messages to be sent once the transaction commits. @param given.orgId whose they are: gone with it. */
export async function queueSms(
  tx: Queries,
  messages: readonly { phone: string; text: string }[],
  given: { template: string; signName: string; now: Date; orgId?: string },
): Promise<void> {
  if (messages.length === 0) return
  await tx.run(sql`
    insert into sms_queue (org_id, id, phone, sign_name, template, text, next_at)
    select ${given.orgId ?? null}::uuid, id, phone, ${given.signName}, ${given.template}, text, ${given.now}::timestamptz
    from unnest(${array(messages.map(() => uuidv7()))}::uuid[], ${array(messages.map((m) => m.phone))}::text[],
      ${array(messages.map((m) => m.text))}::text[]) as t (id, phone, text)`)
  await tx.run(sql`select pg_notify(${smsChannel}, '')`)
}

const batchSize = 20
const maxAttempts = 6 // pauses of 10 s to 5 min: given up after about ten minutes

interface QueuedSms {
  id: string
  phone: string
  sign_name: string
  template: string
  text: string
  attempts: number
}

/** Sends what is due. A crash between sending and marking repeats a message; the key lets the provider drop it. */
export async function sendDueSms({ db, sms, clock }: Deps): Promise<number> {
  const now = clock.now()
  const due = await db.rows<QueuedSms>(sql`
    update sms_queue set attempts = attempts + 1, next_at = ${addSeconds(now, 60)}
    where id in (select id from sms_queue where state = 'waiting' and next_at <= ${now}
      order by next_at limit ${batchSize} for update skip locked)
    returning id, phone, sign_name, template, text, attempts`)
  await Promise.all(
    due.map(async ({ id, phone, sign_name: signName, template, text, attempts }) => {
      try {
        await sms.send({ to: phone, template, params: {}, text, signName, idempotencyKey: id })
        // The phone and the words have done their work.
        await db.run(sql`delete from sms_queue where id = ${id}`)
      } catch {
        const state = attempts >= maxAttempts ? 'failed' : 'waiting'
        const pause = Math.min(300, 10 * 2 ** (attempts - 1))
        await db.run(
          sql`update sms_queue set state = ${state}, next_at = ${addSeconds(now, pause)} where id = ${id}`,
        )
      }
    }),
  )
  return due.length
}
