import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { listForms } from '@kangbao/shared/contracts/forms.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { Company } from '../support/company.ts'
import { expect, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { miniApp, openFormsToManage } from '../support/mini-app.ts'
import { dayAnswers } from '../support/working-org.ts'

const title = '郑州市企业员工健康上报'

test('Z-31, Z-33: published with DING on, the admin sends a DING to those missing; they confirm it and stand before the form', async ({
  screens,
  urls,
}) => {
  const company = await Company.found(urls, '黄河纺织', '秦岚')
  const phone = await screens.open('phone', company.admin)
  const app = await openFormsToManage(phone)
  await app.getByRole('link', { name: '发布新表单' }).click()
  await app.getByRole('link', { name: new RegExp(title) }).click()
  await app.getByRole('link', { name: '下一步：发布设置' }).click()
  await app.getByRole('button', { name: '下一步' }).click()
  await app.getByRole('switch', { name: /重复发送/ }).uncheck()
  await app.getByRole('button', { name: '下一步' }).click()
  await app.getByRole('switch', { name: /发 DING 通知/ }).check()
  await look(phone, 'ding-settings')
  await app.getByRole('button', { name: '下一步' }).click()
  await app.getByRole('button', { name: '发布', exact: true }).click()
  await expect(app.getByRole('heading', { name: '已发布' })).toBeVisible()

  // Everyone of the workshop and the admin.
  const offer = app.getByRole('region', { name: 'DING 提醒' })
  await expect(offer).toContainText('6 人还没有填写')
  await look(phone, 'ding-offer')
  const asks = phone.getByRole('heading', { name: '以你的名义向 6 人发送 DING' })
  await offer.getByRole('button', { name: '发 DING 给 6 人' }).click()
  await expect(asks).toBeVisible()
  await look(phone, 'ding-confirm')
  await phone.getByRole('button', { name: '取消' }).click()
  await expect(asks).toBeHidden()
  await offer.getByRole('button', { name: '发 DING 给 6 人' }).click()
  await phone.getByRole('button', { name: '发送 DING' }).click()
  await expect(offer).toContainText('已向 6 人发出 DING')

  const colleague = await screens.open('phone', await company.person('王建国'))
  await colleague.goto('/dings')
  await colleague.getByRole('link', { name: new RegExp(title) }).click()
  await colleague.getByRole('button', { name: '确认收到' }).click()
  await expect(colleague.getByText(/已于 .* 确认/)).toBeVisible()
  await colleague.getByRole('button', { name: title, exact: true }).click()
  await expect(miniApp(colleague).getByRole('heading', { name: title })).toBeVisible()

  await phone.goto('/dings')
  await phone.getByRole('tab', { name: '我发出的' }).click()
  await phone.getByRole('link', { name: new RegExp(title) }).click()
  await expect(phone.getByRole('heading', { name: '确认情况' })).toBeVisible()
  const receiver = (name: string) => phone.getByRole('listitem').filter({ hasText: name })
  await expect(receiver('李晓梅')).toContainText('未确认')
  await expect(receiver('王建国')).not.toContainText('未确认')
  await look(phone, 'ding-receivers')
})

test('Z-33, Z-36: after reminding by hand the DING goes to those who are missing still', async ({
  screens,
  urls,
}) => {
  const company = await Company.found(urls, '白沙造纸', '苏敏')
  const form = await company.publish('zhengzhou/daily', { sendsDing: true })
  const filer = await company.memberIn('forms', '张丽')
  const period = civilDayOf(Date.now(), 'Asia/Shanghai')
  await filer.call(fileSubmission, {
    params: { formId: form.id, period },
    body: { answers: dayAnswers(period, 36.4) },
  })
  const admin = await company.adminIn('forms')
  expect((await admin.call(listForms, { query: {} })).items).toHaveLength(1)

  const phone = await screens.open('phone', company.admin)
  const app = await openFormsToManage(phone)
  await app.getByRole('link', { name: new RegExp(title) }).click()
  await app.getByRole('link', { name: '未收集 5' }).click()
  // The page left behind reminds as well: wait for the list of people before tapping.
  await expect(app.getByRole('searchbox')).toBeVisible()
  await app.getByRole('button', { name: '一键提醒' }).click()
  await app.getByRole('button', { name: '提醒 5 人' }).click()
  const offer = app.getByRole('dialog', { name: 'DING 提醒' })
  await look(phone, 'ding-after-reminding')
  await offer.getByRole('button', { name: '发 DING 给 5 人' }).click()
  await phone.getByRole('button', { name: '发送 DING' }).click()
  await expect(offer).toContainText('已向 5 人发出 DING')

  await phone.goto('/dings')
  await phone.getByRole('tab', { name: '我发出的' }).click()
  await phone.getByRole('link', { name: new RegExp(title) }).click()
  const receivers = phone.getByRole('listitem').filter({ hasText: '未确认' })
  await expect(receivers).toHaveCount(5)
  await expect(receivers.filter({ hasText: '张丽' })).toHaveCount(0)
})
