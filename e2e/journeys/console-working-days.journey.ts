import { getForm } from '@kangbao/shared/contracts/forms.ts'
import { Company } from '../support/company.ts'
import { bindAdminPhone, signInToConsole } from '../support/console.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { test } from '../support/own-journey.ts'

test.describe.configure({ mode: 'default' })

test('Z-31: on a PC the admin has a form sent on working days only, sees the next ten sends, and keeps it', async ({
  screens,
  own,
  urls,
}) => {
  await own.putClocks('10:00')
  const company = await Company.found(urls, '上街铝业', '冯洁')
  const form = await company.publish('zhengzhou/daily')
  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc
    .getByRole('link', { name: /郑州市企业员工健康上报/ })
    .first()
    .click()
  await pc.getByRole('link', { name: '发布设置' }).click()

  await pc.getByRole('button', { name: '修改' }).click()
  await pc.getByText('每周重复', { exact: true }).click()
  const days = pc.getByRole('group', { name: '重复日' })
  const sends = pc.getByRole('list', { name: '接下来 10 次发送' }).getByRole('listitem')
  await expect(days.getByRole('checkbox', { name: '周六' })).toBeEnabled()
  await expect(sends).toHaveCount(10)
  await look(pc, 'console-every-day')
  await pc.getByText('仅工作日发送', { exact: true }).click()
  await expect(pc.getByRole('checkbox', { name: '仅工作日发送' })).toBeChecked()
  await expect(days.getByRole('checkbox', { name: '周六' })).toBeDisabled()
  await expect(sends).toHaveCount(10)
  await look(pc, 'console-working-days')
  await pc.getByRole('button', { name: '保存' }).click()
  await expect(pc.getByText('（仅工作日）')).toBeVisible()
  const { settings } = await (await company.adminIn('forms')).call(getForm, { params: { formId: form.id } })
  expect(settings.repeat).toEqual({ weekdays: [1, 2, 3, 4, 5], time: '08:00', workingDaysOnly: true })
})
