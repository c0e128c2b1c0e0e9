import { sql } from 'drizzle-orm'
import { Value } from 'typebox/value'
import { MessageContent } from '../../contracts/messages.ts'
import type { MessageTemplate, TemplateState } from '../../contracts/operator-platform.ts'
import type { Suite } from '../config.ts'
import { json, type Queries } from '../db/database.ts'
import { suiteById, type Deps } from '../deps.ts'
import { AppError, found } from '../errors.ts'
import { readCursor, toPage } from '../http/page.ts'

interface TemplateRow {
  suite_id: string
  template_id: string
  name: string
  msg: Record<string, unknown>
  state: TemplateState
  note: string
  submitted_at: Date
  reviewed_at: Date | null
}

/** Those of the suites file. One that is written anew there is so here; what was reviewed stays as it was. */
export async function registerTemplates(deps: Deps, suite: Suite): Promise<void> {
  const now = deps.clock.now()
  for (const { templateId, msg, approved = true } of suite.templates)
    await deps.db.run(sql`
      insert into message_templates (suite_id, template_id, name, msg, state, submitted_at, reviewed_at, is_filed)
      values (${suite.suiteId}, ${templateId}, ${templateId}, ${json(msg)}, ${approved ? 'approved' : 'submitted'}, ${now},
        ${approved ? now : null}, true)
      on conflict (suite_id, template_id) do update set msg = excluded.msg, state = excluded.state, reviewed_at = excluded.reviewed_at
      where message_templates.is_filed and message_templates.msg <> excluded.msg`)
}

export async function findTemplate(
  tx: Queries,
  suite: Suite,
  templateId: string,
): Promise<{ msg: Record<string, unknown>; isApproved: boolean } | null> {
  const row = await tx.one<Pick<TemplateRow, 'msg' | 'state'>>(sql`
    select msg, state from message_templates where suite_id = ${suite.suiteId} and template_id = ${templateId}`)
  return row && { msg: row.msg, isApproved: row.state === 'approved' }
}

const view = (deps: Deps, row: TemplateRow): MessageTemplate => ({
  suiteId: row.suite_id,
  suiteName: suiteById(deps, row.suite_id)?.name ?? row.suite_id,
  templateId: row.template_id,
  name: row.name,
  msg: row.msg,
  state: row.state,
  note: row.note,
  submittedAt: row.submitted_at.toISOString(),
  reviewedAt: row.reviewed_at?.toISOString() ?? null,
})

export async function listTemplates(
  deps: Deps,
  query: { suiteId?: string; state?: TemplateState; cursor?: string; limit?: number },
) {
  const { limit = 50 } = query
  const [at, suiteId, templateId] = readCursor(query.cursor, 3) ?? []
  if (at !== undefined && Number.isNaN(Date.parse(at)))
    throw new AppError('request.invalid', { part: 'cursor' })
  const rows = await deps.db.rows<TemplateRow>(sql`
    select * from message_templates
    where true ${query.suiteId ? sql`and suite_id = ${query.suiteId}` : sql``}
      ${query.state ? sql`and state = ${query.state}` : sql``}
      ${at === undefined ? sql`` : sql`and (submitted_at, suite_id, template_id) < (${at}::timestamptz, ${suiteId}, ${templateId})`}
    order by submitted_at desc, suite_id desc, template_id desc limit ${limit + 1}`)
  return toPage(rows, limit, {
    item: (row) => view(deps, row),
    key: (row) => [row.submitted_at.toISOString(), row.suite_id, row.template_id],
  })
}

const sendable: readonly string[] = ['markdown', 'action_card', 'oa', 'text', 'link']

export async function submitTemplate(
  deps: Deps,
  tx: Queries,
  given: { suiteId: string; templateId: string; name: string; msg: Record<string, unknown> },
): Promise<MessageTemplate> {
  found(suiteById(deps, given.suiteId))
  const { msg } = given
  if (!Value.Check(MessageContent, msg) || !sendable.includes(msg.msgtype) || !(msg.msgtype in msg))
    throw new AppError('template.msg')
  const row = await tx.one<TemplateRow>(sql`
    insert into message_templates (suite_id, template_id, name, msg, state, submitted_at)
    values (${given.suiteId}, ${given.templateId}, ${given.name}, ${json(msg)}, 'submitted', ${deps.clock.now()})
    on conflict (suite_id, template_id) do update set name = excluded.name, msg = excluded.msg, state = 'submitted',
      is_filed = false, note = '', submitted_at = excluded.submitted_at, reviewed_at = null
    returning *`)
  return view(deps, found(row))
}

export async function reviewTemplate(
  deps: Deps,
  tx: Queries,
  given: { suiteId: string; templateId: string; decision: 'approve' | 'return'; note?: string },
): Promise<MessageTemplate> {
  const row = await tx.one<TemplateRow>(sql`
    update message_templates set state = ${given.decision === 'approve' ? 'approved' : 'returned'},
      note = ${given.decision === 'return' ? (given.note ?? '') : ''}, reviewed_at = ${deps.clock.now()}
    where suite_id = ${given.suiteId} and template_id = ${given.templateId} returning *`)
  return view(deps, found(row))
}
