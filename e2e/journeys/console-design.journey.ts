import type { Locator, Page } from '@playwright/test'
import { decideConsents } from '@kangbao/shared/contracts/consents.ts'
import { getDraft, listDrafts, saveDraft, type Draft } from '@kangbao/shared/contracts/designing.ts'
import { listForms } from '@kangbao/shared/contracts/forms.ts'
import { fileSubmission, getSubmission } from '@kangbao/shared/contracts/submissions.ts'
import type { Member } from '../drivers/member.ts'
import { barriersOn } from '../support/accessibility.ts'
import { Company } from '../support/company.ts'
import { bindAdminPhone, signInToConsole } from '../support/console.ts'
import { addField, designed, pick, publishOwn } from '../support/designing.ts'
import { writeBook } from '../support/importing.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { openCardInChat } from '../support/mini-app.ts'
import { test } from '../support/own-journey.ts'

test.describe.configure({ mode: 'default' })

test('Z-37: on a PC the admin designs a form by drag and by keyboard, tries it, and publishes it', async ({
  screens,
  own,
  urls,
}) => {
  test.slow()
  const company = await Company.found(urls, '惠济物流', '郝敏')
  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc.getByRole('button', { name: '新建填报' }).first().click()
  await pc.getByRole('button', { name: '新建空白表单' }).click()
  const settings = pc.getByRole('tabpanel', { name: '表单设置' })
  await settings.getByLabel('表单名称', { exact: true }).fill('停车登记')
  await settings.getByLabel('收集目的', { exact: true }).fill('安排车位')

  await addField(pc, '数字', '空座')
  await addField(pc, '单选', '怎么来上班')
  await pc.getByRole('button', { name: '从表格导入选项' }).click()
  await pc.getByRole('textbox', { name: '粘贴选项' }).fill('开车\tBy car\n公交\tBy bus\n公交')
  await expect(pc.getByRole('list', { name: '未采用的行' })).toContainText('第 3 行')
  await pc.getByRole('button', { name: '使用这 2 个选项' }).click()
  await pc.getByText('必填', { exact: true }).click()
  await addField(pc, '数字', '其他空位')
  await addField(pc, '自动计算', '合计')

  // By pointer: the choice comes first. By keyboard: the other number goes up and down, and the place is said.
  await designed(pc)
    .filter({ hasText: '怎么来上班' })
    .dragTo(designed(pc).filter({ hasText: '空座' }).first())
  await expect(designed(pc).first()).toContainText('怎么来上班')
  await pc.getByRole('button', { name: '下移“其他空位”' }).press('Enter')
  await expect(pc.getByText('“其他空位”已移到第 4 项，共 4 项')).toBeAttached()
  await pc.getByRole('button', { name: '撤销' }).click()
  await expect(designed(pc).nth(2)).toContainText('其他空位')

  // A number that is asked of drivers only, and a sum.
  await designed(pc).nth(1).getByRole('button', { name: /空座/ }).first().click()
  await pc.getByRole('button', { name: '添加条件' }).click()
  await expect(designed(pc).nth(1)).toContainText('有显示条件')
  // What its answer has to meet, in words of its own.
  await pc.getByRole('button', { name: '添加校验条件' }).click()
  const check = pc.getByRole('group', { name: '校验条件（不符合时不能提交）' })
  await pick(pc, '条件 1 的比较', '≤ 小于或等于', check)
  await check.getByRole('spinbutton', { name: '条件 1 的值' }).fill('6')
  await check.getByRole('spinbutton', { name: '条件 1 的值' }).blur()
  await pc.getByLabel('不符合时的提示', { exact: true }).fill('一辆车最多空 6 座')
  await designed(pc).nth(3).getByRole('button', { name: /合计/ }).first().click()
  await pick(pc, '第 1 项', '空座')
  await pc.getByRole('button', { name: '添加一项' }).click()
  await expect(pc.getByRole('combobox', { name: '第 2 项', exact: true })).toBeVisible()
  await pc.getByRole('tab', { name: '异常规则' }).click()
  await pc.getByRole('button', { name: '添加规则' }).click()
  // What is missing is listed, and leads to where it is mended.
  await pc.getByRole('tab', { name: '表单设置' }).click()
  await pc.getByRole('button', { name: /请填写名称/ }).click()
  const rule = pc.getByRole('region', { name: '规则 1' })
  await rule.getByLabel('规则 1 的名称', { exact: true }).fill('空位多')
  await rule.getByRole('spinbutton', { name: '条件 1 的值' }).fill('5')
  await rule.getByRole('spinbutton', { name: '条件 1 的值' }).blur()
  await expect(pc.getByText(/还有 \d+ 个问题/)).toBeHidden()

  const phoneView = pc.getByRole('region', { name: '手机预览' })
  await phoneView.getByRole('button', { name: '试填检查' }).click()
  await expect(phoneView.getByRole('alert')).toHaveText('此项必填')
  await expect(phoneView.getByRole('spinbutton', { name: '空座', exact: true })).toBeHidden()
  await phoneView.getByText('开车', { exact: true }).click()
  await phoneView.getByRole('spinbutton', { name: '空座', exact: true }).fill('7')
  await phoneView.getByRole('spinbutton', { name: '空座', exact: true }).blur()
  await expect(phoneView.getByRole('alert')).toHaveText('一辆车最多空 6 座')
  await phoneView.getByRole('spinbutton', { name: '空座', exact: true }).fill('4')
  await phoneView.getByRole('spinbutton', { name: '其他空位' }).fill('3')
  await phoneView.getByRole('spinbutton', { name: '其他空位' }).blur()
  await expect(phoneView.getByText('空位多')).toBeVisible()
  await expect(pc.getByText('已自动保存')).toBeVisible()
  await look(pc, 'design-desk')
  expect(await barriersOn(pc)).toEqual([])
  await pc.setViewportSize({ width: 1024, height: 768 })
  await look(pc, 'design-desk-1024')
  await pc.setViewportSize({ width: 1280, height: 800 })
  await look(pc, 'design-desk-1280')

  await pc.getByRole('button', { name: '下一步：发布' }).click()
  await expect(pc.getByRole('button', { name: '发布', exact: true })).toBeVisible()
  await look(pc, 'design-publish')
  await pc.getByRole('button', { name: '发布', exact: true }).click()
  await expect(pc.getByRole('navigation', { name: '表单内容' })).toBeVisible()
  const admin = await company.adminIn('forms')
  const { items } = await admin.call(listForms, { query: {} })
  const form = items.find(({ title }) => title['zh-CN'] === '停车登记')
  expect(form?.period).toBe('once')
})

test('Z-37, Z-38: a rule is nested, names who is told and is tried on last month; version 2 goes out, its alert arrives, old answers stay', async ({
  screens,
  own,
  urls,
}) => {
  test.slow()
  const company = await Company.found(urls, '二七仓储', '郝梅')
  const admin = await company.adminIn('forms')
  const member = await company.memberIn('forms', '王建国')
  const form = await publishOwn(admin)
  await member.call(decideConsents, { params: { formId: form.id }, body: { version: 1, granted: [] } })
  await member.call(fileSubmission, {
    params: { formId: form.id, period: 'once' },
    body: { answers: { own: 4, other: 3 } },
  })
  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc.goto(`${urls.adminConsole}#/forms/${form.id}/settings`)
  await pc.getByRole('button', { name: '修改表单' }).click()
  await pc.getByRole('button', { name: '删除“空座”' }).click()
  // What would lose its question is named first.
  const losing = pc.getByRole('dialog', { name: '删除“空座”' })
  await expect(losing).toContainText('“合计”的算式')
  await losing.getByRole('button', { name: '删除', exact: true }).click()
  await designed(pc).filter({ hasText: '合计' }).getByRole('button', { name: /合计/ }).first().click()
  await pick(pc, '第 1 项', '固定数')
  await ruleFor(pc, '张丽')
  const trial = pc.getByRole('region', { name: '试算' })
  await trial.getByRole('button', { name: '用近期填报试算' }).click()
  await expect(trial).toContainText('1 份会是异常，涉及 1 人')
  await trial.getByText('查看有变化的 1 份').click()
  await expect(trial.getByRole('listitem').filter({ hasText: '王建国' })).toContainText('空位多')
  await look(pc, 'design-rule')
  expect(await barriersOn(pc)).toEqual([])

  // Before anybody is asked, it is tried on a phone.
  const told = await screens.open('phone', await company.person('张丽'))
  const sending = await sendTestCard(pc, '张丽')
  await tryByCard(told)
  await expect(sending.getByText('已试填：张丽')).toBeVisible()
  await expect(sending.getByText('删除“空座”')).toBeVisible()
  await look(pc, 'design-test-card')
  await sending.getByRole('button', { name: '关闭', exact: true }).last().click()

  await pc.getByRole('button', { name: '下一步：发布' }).click()
  await expect(pc.getByText('删除“空座”')).toBeVisible()
  await expect(pc.getByText('新增异常规则“空位多”')).toBeVisible()
  await expect(pc.getByText('“合计”的填写要求已修改')).toBeVisible()
  await look(pc, 'design-changes')
  await pc.getByRole('button', { name: '发布新版本' }).click()
  await expect(pc.getByRole('navigation', { name: '表单内容' })).toBeVisible()
  await pc.getByRole('link', { name: '发布设置' }).click()
  await expect(pc.getByText('第 2 版')).toBeVisible()
  await look(pc, 'design-versions')
  const memberId = member.session.me.member?.id ?? ''
  const stored = await admin.call(getSubmission, { params: { formId: form.id, period: 'once', memberId } })
  expect(stored.definition.version).toBe(1)
  expect(Object.values(stored.answers)).toEqual(expect.arrayContaining([4, 3, 7]))

  const other = await company.memberIn('forms', '孙敏')
  await other.call(decideConsents, { params: { formId: form.id }, body: { version: 2, granted: [] } })
  await other.call(fileSubmission, {
    params: { formId: form.id, period: 'once' },
    body: { answers: { other: 6 } },
  })
  await told.goto(`${urls.workplace}/messages`)
  await told.getByRole('link', { name: '智能填表' }).click()
  await expect(told.getByRole('log')).toContainText('【紧急】异常提醒：孙敏')
  await look(told, 'design-alert')
})

/** The dialog stays open: what becomes of the card is seen in it. */
async function sendTestCard(pc: Page, person: string): Promise<Locator> {
  await pc.getByRole('button', { name: '发送测试卡片' }).click()
  const dialog = pc.getByRole('dialog', { name: '发送测试卡片' })
  await dialog.getByRole('combobox', { name: '搜索并添加成员' }).fill(person)
  await pc.getByRole('option', { name: person }).locator('visible=true').click()
  // The list of people stays open for the next one, over what is below it.
  await dialog.getByText('所选人员会在聊天中收到').click()
  await dialog.getByRole('button', { name: '发送', exact: true }).click()
  await expect(dialog.getByRole('listitem').filter({ hasText: person })).toContainText('已发出')
  return dialog
}

/** What is typed is checked and marked as it will be, and is kept nowhere. */
async function tryByCard(phone: Page): Promise<void> {
  await expect(async () => {
    await phone.goto('/messages')
    await expect(phone.getByRole('link', { name: /智能填表/ })).toBeVisible({ timeout: 2_000 })
  }).toPass({ timeout: 60_000 })
  const app = await openCardInChat(phone, '智能填表', /【测试】/)
  await expect(app.getByRole('note')).toContainText('不会提交，也不计入统计')
  await app.getByLabel(/其他空位/).fill('6')
  await look(phone, 'design-try')
  await app.getByRole('button', { name: '完成试填' }).click()
  await expect(app.getByRole('status').filter({ hasText: '可以提交' })).toContainText('空位多')
  await look(phone, 'design-tried')
  expect(await barriersOn(phone)).toEqual([])
}

/** A rule of two levels that tells one person and nobody else. */
async function ruleFor(pc: Page, person: string): Promise<void> {
  await pc.getByRole('tab', { name: '异常规则' }).click()
  await pc.getByRole('button', { name: '添加规则' }).click()
  const rule = pc.getByRole('region', { name: '规则 1' })
  await rule.getByLabel('规则 1 的名称', { exact: true }).fill('空位多')
  await pick(pc, '条件 1 的字段', '其他空位')
  await rule.getByRole('spinbutton', { name: '条件 1 的值' }).fill('2')
  await rule.getByRole('button', { name: '添加条件组' }).click()
  await pick(pc, '条件组 2 的关系', '全部不满足')
  await pick(pc, '条件 2.1 的字段', '其他空位')
  await rule.getByRole('spinbutton', { name: '条件 2.1 的值' }).fill('9')
  for (const role of ['主管理员', '所在部门的子管理员']) await rule.getByText(role, { exact: true }).click()
  await expect(pc.getByRole('button', { name: /请选择异常时通知谁/ })).toBeVisible()
  await rule.getByRole('combobox', { name: '搜索并添加成员' }).fill(person)
  await pc.getByRole('option', { name: person }).locator('visible=true').click()
  await rule.getByText('紧急', { exact: true }).click()
  await expect(pc.getByText(/还有 \d+ 个问题/)).toBeHidden()
}

test('Z-30, Z-37: a template of the government can be read, says why it is locked, and may be copied; the copy becomes a template of one’s own, and two who change it at once both keep their work', async ({
  screens,
  own,
  urls,
}) => {
  test.slow()
  screens.expectConsole(/409/)
  const company = await Company.found(urls, '中原印务', '郝静')
  const admin = await company.adminIn('forms')
  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc.goto(`${urls.adminConsole}#/forms/templates`)
  await pc.getByRole('button', { name: '查看内容' }).first().click()
  const template = pc.getByRole('dialog', { name: '郑州市企业员工健康上报' })
  await expect(template).toContainText('只能查看，不能修改')
  await look(pc, 'design-locked')
  await template.getByRole('button', { name: '复制为新表单' }).click()
  await expect(pc.getByRole('heading', { name: '郑州市企业员工健康上报（副本）', level: 1 })).toBeVisible()
  expect((await admin.call(listDrafts, { query: {} })).items).toHaveLength(1)

  await pc.getByRole('button', { name: '存为模板' }).click()
  const keeping = pc.getByRole('dialog', { name: '存为模板' })
  await keeping.getByLabel('模板名称').fill('车间健康')
  await keeping.getByLabel('分类').fill('健康')
  await keeping.getByRole('button', { name: '保存' }).click()
  await expect(keeping).toBeHidden()
  await pc.getByRole('link', { name: '返回' }).click()
  const ours = pc.getByRole('region', { name: '本企业模板' })
  await expect(ours.getByRole('listitem')).toContainText('车间健康')
  await ours.getByRole('button', { name: '修改名称：“车间健康”' }).click()
  const renaming = pc.getByRole('dialog', { name: '修改名称' })
  await renaming.getByLabel('模板名称').fill('车间每日健康')
  await renaming.getByRole('button', { name: '保存' }).click()
  await expect(ours.getByRole('listitem')).toContainText('车间每日健康')
  await look(pc, 'templates')
  expect(await barriersOn(pc)).toEqual([])
  await ours.getByRole('button', { name: '用它新建' }).click()
  await expect(pc.getByRole('heading', { name: '郑州市企业员工健康上报（副本）', level: 1 })).toBeVisible()
  expect((await admin.call(listDrafts, { query: {} })).items).toHaveLength(2)

  await takeStops(pc, 2_000)
  await expect(pc.getByText('已自动保存')).toBeVisible()
  const { id } = await changeElsewhere(admin, pc)
  await addField(pc, '单行文本', '车牌')
  await expect(pc.getByText(/^郝静在 .+ 修改并保存了这份草稿$/)).toBeVisible()
  await look(pc, 'design-conflict')
  // Nobody leaves by mistake with what is not kept.
  await pc.getByRole('link', { name: '返回' }).click()
  const leaving = pc.getByRole('dialog', { name: '离开设计页' })
  await expect(leaving).toContainText('离开后会丢失')
  await look(pc, 'design-leave')
  await leaving.getByRole('button', { name: '取消' }).click()
  await expect(leaving).toBeHidden()
  await pc.getByRole('button', { name: '把我的另存为新草稿' }).click()
  await expect(pc).not.toHaveURL(new RegExp(id))
  await expect(pc.getByText('已自动保存')).toBeVisible()
  await expect(designed(pc).filter({ hasText: '车牌' })).toBeVisible()
  expect((await admin.call(listDrafts, { query: {} })).items).toHaveLength(3)
  const theirs = await admin.call(getDraft, { params: { draftId: id } })
  expect(theirs.content.title['zh-CN']).toBe('车间上报')
})

/** A choice of many stops out of a spreadsheet: some at a time, and found by a word. */
async function takeStops(pc: Page, count: number): Promise<void> {
  await addField(pc, '单选', '在哪一站上车')
  await pc.getByRole('button', { name: '从表格导入选项' }).click()
  const chooser = pc.waitForEvent('filechooser')
  await pc.getByRole('button', { name: '上传表格' }).click()
  const stops = Array.from({ length: count }, (_, i) => [`${i + 1} 路站`, `Stop ${i + 1}`])
  await (await chooser).setFiles(writeBook([['选项', '英文'], ...stops]))
  await look(pc, 'design-options-import')
  await pc.getByRole('button', { name: `使用这 ${count} 个选项` }).click()
  await expect(pc.getByText(`共 ${count.toLocaleString('en')} 项`)).toBeVisible()
  await look(pc, 'design-options')
  await pc.getByRole('searchbox', { name: '搜索选项' }).fill(`${count} 路`)
  await expect(pc.getByRole('textbox', { name: `选项 ${count}`, exact: true })).toHaveValue(`${count} 路站`)
  await look(pc, 'design-options-found')
}

/** Somebody else renames the draft on screen. */
async function changeElsewhere(admin: Member, pc: Page): Promise<Draft> {
  const draftId = /[0-9a-f-]{36}/.exec(pc.url())?.[0] ?? ''
  const { revision, content } = await admin.call(getDraft, { params: { draftId } })
  const title = { ...content.title, 'zh-CN': '车间上报' }
  return admin.call(saveDraft, { params: { draftId }, body: { revision, content: { ...content, title } } })
}
