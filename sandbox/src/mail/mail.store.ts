import { inTransaction, type Database } from '../database.ts'

export interface MailHead {
  readonly id: string
  readonly receivedAt: Date
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly attachmentCount: number
}

export interface Mail extends MailHead {
  readonly text: string
  readonly html: string | null
  readonly attachments: readonly AttachmentHead[]
}

export interface AttachmentHead {
  readonly position: number
  readonly fileName: string
  readonly contentType: string
  readonly sizeBytes: number
}

export interface Attachment {
  readonly fileName: string
  readonly contentType: string
  readonly content: Buffer
}

export interface NewMail {
  readonly receivedAt: Date
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string | null
  readonly raw: Buffer
  readonly attachments: readonly Attachment[]
}

export function insert(database: Database, mail: NewMail): Promise<string> {
  return inTransaction(database, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `insert into mails (received_at, mail_from, rcpt_to, subject, text_body, html_body, raw)
       values ($1, $2, $3, $4, $5, $6, $7) returning id`,
      [mail.receivedAt, mail.from, mail.to, mail.subject, mail.text, mail.html, mail.raw],
    )
    const id = rows[0]?.id
    if (!id) throw new Error('insert returned no row')
    for (const [position, file] of mail.attachments.entries()) {
      await client.query(
        `insert into mail_attachments (mail_id, position, file_name, content_type, content) values ($1, $2, $3, $4, $5)`,
        [id, position, file.fileName, file.contentType, file.content],
      )
    }
    return id
  })
}

const headColumns = `id, received_at as "receivedAt", mail_from as "from", rcpt_to as "to", subject,
  (select count(*)::int from mail_attachments where mail_id = mails.id) as "attachmentCount"`

export async function list(database: Database, filter: { to?: string; limit: number }): Promise<MailHead[]> {
  const { rows } = await database.query<MailHead>(
    `select ${headColumns} from mails where $1::text is null or $1 = any (rcpt_to)
     order by received_at desc limit $2`,
    [filter.to, filter.limit],
  )
  return rows
}

export async function byId(database: Database, id: string): Promise<Mail | null> {
  const { rows } = await database.query<Omit<Mail, 'attachments'>>(
    `select ${headColumns}, text_body as text, html_body as html from mails where id = $1`,
    [id],
  )
  const [mail] = rows
  if (!mail) return null
  const attachments = await database.query<AttachmentHead>(
    `select position, file_name as "fileName", content_type as "contentType", length(content) as "sizeBytes"
     from mail_attachments where mail_id = $1 order by position`,
    [id],
  )
  return { ...mail, attachments: attachments.rows }
}

export async function attachment(
  database: Database,
  id: string,
  position: number,
): Promise<Attachment | null> {
  const { rows } = await database.query<Attachment>(
    `select file_name as "fileName", content_type as "contentType", content
     from mail_attachments where mail_id = $1 and position = $2`,
    [id, position],
  )
  return rows[0] ?? null
}
