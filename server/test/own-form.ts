import { sql } from 'drizzle-orm'
import { blankContent, type FormContent } from '@kangbao/shared/forms/design/content.ts'
import { newId } from '../src/db/ids.ts'
import type { TestServer } from './server.ts'
import type { World } from './world.ts'

export const words = (text: string) => ({ 'zh-CN': text, en: '' })

/** A form an org might make: a choice, a number that is asked only after one of its options, a rule. */
export const ownContent: FormContent = {
  ...blankContent(),
  title: words('停车登记'),
  period: 'day',
  fields: [
    {
      id: 'comes-by',
      number: 0,
      type: 'single-choice',
      label: words('怎么来上班'),
      required: true,
      carried: true,
      options: [
        { value: 'car', code: 0, label: words('开车') },
        { value: 'bus', code: 0, label: words('公交') },
      ],
    },
    {
      id: 'seats',
      number: 0,
      type: 'number',
      min: 0,
      max: 9,
      decimals: 0,
      label: words('空座'),
      carried: true,
      visibleWhen: { field: 'comes-by', is: 'car' },
    },
  ],
  findings: [
    { id: 'many', number: 0, label: words('空座多'), when: { field: 'seats', atLeast: 4 }, abnormal: true },
  ],
  notice: { ...blankContent().notice, why: words('安排车位'), keptDays: 30 },
}

/** A draft as it lies in the database, made by the admin. */
export async function newDraft(
  { deps }: TestServer,
  { orgId, admin }: World,
  content: FormContent,
): Promise<string> {
  const id = newId()
  await deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(sql`
      insert into form_drafts (org_id, id, content, changed_by, changed_at)
      values (${orgId}, ${id}, ${JSON.stringify(content)}::jsonb, ${admin.memberId},
        ${new Date(deps.clock.now()).toISOString()})`),
  )
  return id
}
