import type { Locator, Page } from '@playwright/test'
import { createDraft, publishDraft, saveDraft } from '@kangbao/shared/contracts/designing.ts'
import type { Form } from '@kangbao/shared/contracts/forms.ts'
import { blankContent } from '@kangbao/shared/forms/design/content.ts'
import type { Member } from '../drivers/member.ts'
import { sentAtOnce } from './company.ts'

/** Fields of the form on the designer's desk, in order. */
export const designed = (pc: Page): Locator =>
  pc.getByRole('list', { name: '表单字段' }).locator('li[data-id]')

/** Adds a field by the palette and names it. */
export async function addField(pc: Page, type: string, name: string): Promise<void> {
  await pc.getByRole('list', { name: '字段类型' }).getByRole('button', { name: type, exact: true }).click()
  await pc.getByRole('tabpanel', { name: '字段设置' }).getByLabel('名称', { exact: true }).fill(name)
}

/** Chooses in one of the console's lists. */
export async function pick(
  pc: Page,
  list: string,
  option: string,
  within: Page | Locator = pc,
): Promise<void> {
  await within.getByRole('combobox', { name: list, exact: true }).press('Enter')
  await pc.getByRole('option', { name: option, exact: true }).locator('visible=true').click()
}

const words = (text: string) => ({ 'zh-CN': text, en: '' })

/** A form of an org's own as its designer would leave it: two numbers and their sum. */
export async function publishOwn(admin: Member): Promise<Form> {
  const blank = await admin.call(createDraft, { body: { from: 'blank' } })
  const params = { draftId: blank.id }
  const number = { number: 0, type: 'number', min: 0, max: 9, decimals: 0 } as const
  const { revision } = await admin.call(saveDraft, {
    params,
    body: {
      revision: blank.revision,
      content: {
        ...blankContent(),
        title: words('停车登记'),
        fields: [
          { ...number, id: 'own', label: words('空座') },
          { ...number, id: 'other', label: words('其他空位') },
          {
            id: 'sum',
            number: 0,
            type: 'computed',
            decimals: 0,
            label: words('合计'),
            expression: { add: [{ field: 'own' }, { field: 'other' }] },
          },
        ],
        notice: { ...blankContent().notice, why: words('安排车位') },
      },
    },
  })
  return admin.call(publishDraft, { params, body: { revision, settings: sentAtOnce } })
}
