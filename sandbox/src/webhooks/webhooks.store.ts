import type { Database } from '../database.ts'
import type { Signature } from './verify.ts'

export interface Receiver {
  readonly name: string
  readonly secret: string
  readonly answer: number
}

export interface Message {
  readonly receiver: string
  readonly receivedAt: Date
  readonly webhookId: string
  readonly body: unknown
  readonly signature: Signature
  readonly answer: number
}

export async function receiverOf(database: Database, name: string): Promise<Receiver> {
  const { rows } = await database.query<Receiver>(
    'select name, secret, answer from webhook_receivers where name = $1',
    [name],
  )
  return rows[0] ?? { name, secret: '', answer: 204 }
}

export async function save(database: Database, { name, secret, answer }: Receiver): Promise<void> {
  await database.query(
    `insert into webhook_receivers (name, secret, answer) values ($1, $2, $3)
     on conflict (name) do update set secret = excluded.secret, answer = excluded.answer`,
    [name, secret, answer],
  )
}

/** Those that were told something, or that something came to. */
export async function listReceivers(database: Database): Promise<Receiver[]> {
  const { rows } = await database.query<Receiver>(
    `select name, coalesce(r.secret, '') as secret, coalesce(r.answer, 204) as answer
     from webhook_receivers r full join (select distinct receiver as name from webhook_messages) m using (name)
     order by name limit 50`,
  )
  return rows
}

export async function insert(database: Database, message: Message): Promise<void> {
  const { receiver, receivedAt, webhookId, body, signature, answer } = message
  await database.query(
    `insert into webhook_messages (receiver, received_at, webhook_id, body, signature, answer)
     values ($1, $2, $3, $4, $5, $6)`,
    [receiver, receivedAt, webhookId, JSON.stringify(body), signature, answer],
  )
}

/** Newest first; of one receiver when it is named. */
export async function list(database: Database, receiver: string | null, limit: number): Promise<Message[]> {
  const { rows } = await database.query<Message>(
    `select receiver, received_at as "receivedAt", webhook_id as "webhookId", body, signature, answer
     from webhook_messages where receiver = coalesce($1, receiver) order by no desc limit $2`,
    [receiver, limit],
  )
  return rows
}
