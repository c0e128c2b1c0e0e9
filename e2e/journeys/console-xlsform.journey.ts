import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { read, utils, write } from 'xlsx'
import { barriersOn } from '../support/accessibility.ts'
import { Company } from '../support/company.ts'
import { bindAdminPhone, signInToConsole } from '../support/console.ts'
import { designed } from '../support/designing.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { test } from '../support/own-journey.ts'

function workbook(sheets: Readonly<Record<string, readonly (readonly string[])[]>>): Buffer {
  const book = utils.book_new()
  for (const [name, rows] of Object.entries(sheets))
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows.map((row) => [...row])), name)
  return write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer // by its `type`
}

async function choose(pc: Page, button: string, name: string, buffer: Buffer): Promise<void> {
  const chooser = pc.waitForEvent('filechooser')
  await pc.getByRole('button', { name: button, exact: true }).click()
  const mimeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  await (await chooser).setFiles({ name, mimeType, buffer })
}

test('Z-37: a form moves in from ODK, gets its stops from a spreadsheet, and leaves as an XLSForm again', async ({
  screens,
  own,
  urls,
}) => {
  test.slow()
  screens.expectConsole(/422/)
  const company = await Company.found(urls, '金水公交', '郝蕾')
  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc.goto(`${urls.adminConsole}#/forms/templates`)
  await pc.getByRole('button', { name: '从 XLSForm 导入' }).click()
  const dialog = pc.getByRole('dialog', { name: '从 XLSForm 导入' })
  await choose(pc, '选择文件', 'letter.xlsx', Buffer.from('this is no spreadsheet at all, only words'))
  await expect(dialog.getByRole('alert')).toContainText('请上传 .xlsx 或 .xls 表格')
  const odk = workbook({
    survey: [
      ['type', 'name', 'label::Chinese (zh)', 'label::English (en)', 'required', 'relevant', 'constraint'],
      ['select_one stop', 'stop', '在哪一站上车', 'Where do you get on', 'yes', '', ''],
      ['decimal', 'temp', '上车体温', 'Temperature', '', "${stop} != ''", '. >= 35 and . <= 42'],
      ['audio', 'cough', '咳嗽声', 'Cough', '', '', ''],
    ],
    choices: [
      ['list_name', 'name', 'label::Chinese (zh)', 'label::English (en)'],
      ['stop', 'zijing', '紫荆山', 'Zijingshan'],
    ],
    settings: [['form_title'], ['班车登记']],
  })
  await choose(pc, '选择文件', 'odk.xlsx', odk)
  const report = dialog.getByRole('region', { name: '导入结果' })
  await expect(report).toContainText('导入 2 个字段')
  await expect(report).toContainText('不支持题型“audio”')
  await expect(report).toContainText('survey 第 4 行 · type')
  await look(pc, 'xlsform-import')
  expect(await barriersOn(pc)).toEqual([])
  await dialog.getByRole('button', { name: '建立草稿' }).click()
  await expect(pc.getByRole('heading', { name: '班车登记', level: 1 })).toBeVisible()

  await designed(pc)
    .first()
    .getByRole('button', { name: /在哪一站上车/ })
    .first()
    .click()
  await pc.getByRole('button', { name: '从表格导入选项' }).click()
  const stops = workbook({
    站点: [
      ['选项', '英文', '编码'],
      ['紫荆山'],
      ['二七广场', 'Erqi Square', 'erqi'],
      [''],
      ['二七广场'],
      ['东风渠'],
    ],
  })
  await choose(pc, '上传表格', 'stops.xlsx', stops)
  const list = pc.getByRole('group', { name: '从表格导入选项' })
  await expect(list.getByRole('list', { name: '未采用的行' }).getByRole('listitem')).toContainText([
    '第 4 行',
    '第 5 行',
  ])
  await expect(list).toContainText('新增 2 个，保留 1 个，移除 0 个')
  await look(pc, 'option-list')
  expect(await barriersOn(pc)).toEqual([])
  await list.getByRole('button', { name: '使用这 3 个选项' }).click()
  await expect(pc.getByRole('textbox', { name: '选项 3', exact: true })).toHaveValue('东风渠')

  const download = pc.waitForEvent('download')
  await pc.getByRole('button', { name: '导出为 XLSForm' }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe('班车登记.xlsx')
  const { Sheets } = read(await readFile(await file.path()))
  const choices = Sheets['choices']
  const values = choices ? utils.sheet_to_json<{ name: string }>(choices).map(({ name }) => name) : []
  expect(values.slice(0, 2)).toEqual(['zijing', 'erqi'])
  expect(values).toHaveLength(3)
})
