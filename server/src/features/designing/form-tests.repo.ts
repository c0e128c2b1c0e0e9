import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { FormContent } from '@kangbao/shared/forms/design/content.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

export interface FormTestRow {
  readonly id: string
  readonly draftId: string
  readonly content: FormContent
  readonly memberIds: readonly string[]
  /** Those of them who have tried it to the end. */
  readonly triedBy: readonly string[]
  readonly sentBy: string
  readonly sentByName: string
  readonly askedAt: EpochMs
  readonly sentAt: EpochMs | null
  readonly failure: string | null
  readonly endsAt: EpochMs
}

interface Row extends Record<string, unknown> {
  readonly id: string
  readonly draft_id: string
  /** As `readContent` let it through. */
  readonly content: FormContent
  readonly member_ids: string[]
  readonly tried_by: string[]
  readonly sent_by: string
  readonly sent_by_name: string
  readonly asked_at: string | Date
  readonly sent_at: string | Date | null
  readonly failure: string | null
  readonly ends_at: string | Date
}

const ms = (at: string | Date) => new Date(at).getTime()
const asTest = (row: Row): FormTestRow => ({
  id: row.id,
  draftId: row.draft_id,
  content: row.content,
  memberIds: row.member_ids,
  triedBy: row.tried_by,
  sentBy: row.sent_by,
  sentByName: row.sent_by_name,
  askedAt: ms(row.asked_at),
  sentAt: row.sent_at === null ? null : ms(row.sent_at),
  failure: row.failure,
  endsAt: ms(row.ends_at),
})
const columns = sql.raw(`t.id, t.draft_id, t.content, t.member_ids::text[] as member_ids,
  array(select member_id::text from form_test_tries d where d.org_id = t.org_id and d.test_id = t.id order by d.tried_at) as tried_by,
  t.sent_by, m.name as sent_by_name,
  t.asked_at, t.sent_at, t.failure, t.ends_at`)
const tests = (orgId: string) =>
  sql`form_tests t join members m on m.org_id = ${orgId} and m.id = t.sent_by where t.org_id = ${orgId}`

/** Members who are here, by their ids at the host. */
export async function presentByUserId(
  { tx, orgId }: OrgScope,
  userIds: readonly string[],
): Promise<{ id: string; userId: string; name: string }[]> {
  const { rows } = await tx.execute<{ id: string; user_id: string; name: string }>(sql`
    select id, user_id, name from members
    where org_id = ${orgId} and user_id = any(${sql.param([...userIds])}::text[]) and left_at is null and not is_guest`)
  return rows.map(({ id, user_id, name }) => ({ id, userId: user_id, name }))
}

/** The same by their own ids; who has left since is left out. */
export async function present(
  { tx, orgId }: OrgScope,
  memberIds: readonly string[],
): Promise<{ id: string; userId: string; name: string }[]> {
  const { rows } = await tx.execute<{ id: string; user_id: string; name: string }>(sql`
    select id, user_id, name from members
    where org_id = ${orgId} and id = any(${sql.param([...memberIds])}::uuid[]) and left_at is null`)
  return rows.map(({ id, user_id, name }) => ({ id, userId: user_id, name }))
}

export async function insertTest(
  { tx, orgId }: OrgScope,
  test: Pick<FormTestRow, 'id' | 'draftId' | 'content' | 'memberIds' | 'sentBy' | 'askedAt' | 'endsAt'>,
): Promise<void> {
  await tx.execute(sql`
    insert into form_tests (org_id, id, draft_id, content, member_ids, sent_by, asked_at, ends_at)
    values (${orgId}, ${test.id}, ${test.draftId}, ${JSON.stringify(test.content)}::jsonb,
      ${sql.param([...test.memberIds])}::uuid[], ${test.sentBy}, ${instant(test.askedAt)}, ${instant(test.endsAt)})`)
}

export async function testById({ tx, orgId }: OrgScope, id: string): Promise<FormTestRow | null> {
  const { rows } = await tx.execute<Row>(sql`select ${columns} from ${tests(orgId)} and t.id = ${id}`)
  return rows[0] ? asTest(rows[0]) : null
}

/** The last ones of a draft, newest first. */
export async function testsOf(
  { tx, orgId }: OrgScope,
  draftId: string,
  limit: number,
): Promise<FormTestRow[]> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from ${tests(orgId)} and t.draft_id = ${draftId} order by t.id desc limit ${limit}`)
  return rows.map(asTest)
}

/** Notes that somebody tried it; false when that was known. */
export async function noteTried(
  { tx, orgId }: OrgScope,
  tried: { readonly testId: string; readonly memberId: string; readonly at: EpochMs },
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into form_test_tries (org_id, test_id, member_id, tried_at)
    values (${orgId}, ${tried.testId}, ${tried.memberId}, ${instant(tried.at)}) on conflict do nothing`)
  return rowCount === 1
}

/** What became of the sending; once it is sent it stays so. */
export async function noteSending(
  { tx, orgId }: OrgScope,
  id: string,
  outcome: { readonly sentAt: EpochMs } | { readonly failure: string },
): Promise<void> {
  await tx.execute(
    'sentAt' in outcome
      ? sql`update form_tests set sent_at = ${instant(outcome.sentAt)}, failure = null
          where org_id = ${orgId} and id = ${id} and sent_at is null`
      : sql`update form_tests set failure = ${outcome.failure}
          where org_id = ${orgId} and id = ${id} and sent_at is null`,
  )
}
