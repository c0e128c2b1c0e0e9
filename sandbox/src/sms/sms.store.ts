import type { Database } from '../database.ts'

export interface Sms {
  readonly id: string
  readonly to: string
  readonly template: string
  readonly params: Readonly<Record<string, string>>
  readonly text: string
  readonly signName: string
  readonly receivedAt: Date
}

export type NewSms = Omit<Sms, 'id'>

const columns = `id, sent_to as "to", template, params, body as text, sign_name as "signName", received_at as "receivedAt"`

/** The same key again is the same message. */
export async function insert(
  database: Database,
  sms: NewSms,
  idempotencyKey: string | undefined,
): Promise<string> {
  const { rows } = await database.query<{ id: string }>(
    `insert into sms_messages (idempotency_key, sent_to, template, params, body, sign_name, received_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (idempotency_key) do update set idempotency_key = excluded.idempotency_key
     returning id`,
    [idempotencyKey, sms.to, sms.template, sms.params, sms.text, sms.signName, sms.receivedAt],
  )
  const [row] = rows
  if (!row) throw new Error('insert returned no row')
  return row.id
}

export async function list(database: Database, filter: { to?: string; limit: number }): Promise<Sms[]> {
  const { rows } = await database.query<Sms>(
    `select ${columns} from sms_messages where sent_to = coalesce($1, sent_to)
     order by received_at desc, id limit $2`,
    [filter.to, filter.limit],
  )
  return rows
}

export interface Phone {
  readonly to: string
  readonly count: number
  readonly newestAt: Date
}

export async function listPhones(database: Database, limit: number): Promise<Phone[]> {
  const { rows } = await database.query<Phone>(
    `select sent_to as "to", count(*)::int as count, max(received_at) as "newestAt"
     from sms_messages group by sent_to order by max(received_at) desc limit $1`,
    [limit],
  )
  return rows
}
