import { getForm, listForms } from '@kangbao/shared/contracts/forms.ts'
import { Company } from '../support/company.ts'
import { expect, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { openFormsToManage, openFromWorkbench } from '../support/mini-app.ts'

test('Z-31: range and shared viewers are chosen in the workplace’s own picker, and changed there later', async ({
  screens,
  urls,
}) => {
  const company = await Company.found(urls, '索河电子', '郑欣')
  const phone = await screens.open('phone', company.admin)
  const app = await openFormsToManage(phone)
  await app.getByRole('link', { name: '发布新表单' }).click()
  await app.getByRole('link', { name: /郑州市企业员工健康上报/ }).click()
  await app.getByRole('link', { name: '下一步：发布设置' }).click()

  // The picker lies outside the mini-app's frame: it is the host's.
  const tick = (name: string) => phone.getByRole('checkbox', { name, exact: true })
  const into = (name: string) => phone.getByRole('button', { name: `进入${name}` })
  const picker = phone
    .getByRole('dialog')
    .filter({ has: phone.getByRole('heading', { name: '选择部门或成员' }) })
  const done = (count: number) => phone.getByRole('button', { name: `确定（${count}）` })
  const range = app.getByRole('region', { name: '发送范围' })
  const viewers = app.getByRole('region', { name: '添加共享人' })

  await range.getByRole('radio', { name: '指定部门或成员' }).click()
  await range.getByRole('button', { name: '请选择' }).click()
  await expect(phone.getByRole('heading', { name: '选择部门或成员' })).toBeVisible()
  await tick('生产部').click()
  await into('质检部').click()
  await tick('孙敏').click()
  await look(phone, 'host-picker')
  await done(2).click()
  await expect(range).toContainText('1 个部门，1 名成员')

  await viewers.getByRole('button', { name: '请选择' }).click()
  await phone.getByLabel('搜索姓名、拼音、手机号').fill('李晓梅')
  await tick('李晓梅').click()
  await done(1).click()
  await expect(viewers).toContainText('1 人')

  // Closing the picker changes nothing; opening it again keeps who was chosen, wherever they stand.
  await range.getByRole('button', { name: '请选择' }).click()
  await picker.getByRole('button', { name: '关闭' }).click()
  await expect(range).toContainText('1 个部门，1 名成员')
  await range.getByRole('button', { name: '请选择' }).click()
  await into('人事部').click()
  await tick('李晓梅').click()
  await done(3).click()
  await expect(range).toContainText('1 个部门，2 名成员')

  for (let step = 1; step < 4; step += 1) await app.getByRole('button', { name: '下一步' }).click()
  await app.getByRole('button', { name: '发布', exact: true }).click()
  await expect(app.getByRole('heading', { name: '已发布' })).toBeVisible()

  const admin = await company.adminIn('forms')
  const [summary] = (await admin.call(listForms, { query: {} })).items
  const form = await admin.call(getForm, { params: { formId: summary?.id ?? '' } })
  expect(form.settings.audience).toMatchObject({ kind: 'some' })
  // Two of the first workshop, one of the second, and two named ones.
  expect(form.current.expected).toBe(5)
  expect(form.settings.sharedViewers).toHaveLength(1)

  // A shared viewer looks without being an admin.
  const viewer = await screens.open('phone', await company.person('李晓梅'))
  await viewer.goto('/workbench')
  const shared = await openFromWorkbench(viewer, '智能填表')
  await expect(shared.getByRole('link', { name: /郑州市企业员工健康上报/ })).toBeVisible()
})
