import { listMySubmissions } from '@kangbao/shared/contracts/submissions.ts'
import { codeSentBy } from '../drivers/sandbox.ts'
import { Company } from '../support/company.ts'
import { answerDay, answerWorkStart, choose, takeNote } from '../support/filling.ts'
import { expect, newPhone, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { miniApp, openCardInChat, openFromWorkbench } from '../support/mini-app.ts'

const daily = '郑州市企业员工健康上报'

test('Z-33, Z-34, Z-35: the card in chat opens the form; a phone is bound once, mistakes are told, filing gives a receipt, an edit makes a revision', async ({
  screens,
  urls,
}) => {
  const company = await Company.found(urls, '管城纺织', '冯军')
  const form = await company.publish('zhengzhou/daily')
  const phone = await screens.open('phone', await company.person('王建国'))
  const app = await openCardInChat(phone, '智能填表', new RegExp(daily))
  await expect(app.getByRole('heading', { name: daily })).toBeVisible()
  await look(phone, 'fill-notice')
  await takeNote(app, /健康备注/)
  const who = app.getByRole('group', { name: /填报人/ })
  await expect(who).toContainText('王建国')
  await expect(who).toContainText('一车间')
  await look(phone, 'fill-empty')

  await who.getByRole('button', { name: '补充手机号' }).click()
  const sheet = app.getByRole('dialog', { name: '补充手机号' })
  const number = newPhone()
  await sheet.getByLabel('手机号').fill(number)
  const code = await codeSentBy(urls, number, () => sheet.getByRole('button', { name: '获取验证码' }).click())
  await sheet.getByLabel('短信验证码').fill(code)
  await sheet.getByRole('button', { name: '绑定', exact: true }).click()
  await expect(sheet).toBeHidden()
  await expect(who).toContainText(number.slice(-4))

  await app.getByLabel(/今日体温/).fill('60')
  await app.getByRole('button', { name: '提交', exact: true }).click()
  await expect(app.getByRole('alert').first()).toBeVisible()
  await expect(app.getByRole('alert').filter({ hasText: '35' })).toContainText('42')
  await expect(app.getByRole('status').filter({ hasText: /有 \d 处需要修改/ })).toBeVisible()
  await look(phone, 'fill-problems')
  expect(
    (await (await company.memberIn('forms', '王建国')).call(listMySubmissions, { query: {} })).items,
  ).toEqual([])

  await answerDay(app, '36.6')
  await choose(app, /是否隔离/, '居家隔离')
  const since = app.getByLabel(/隔离开始日期/)
  await since.fill('2099-01-01')
  await app.getByRole('button', { name: '提交', exact: true }).click()
  await expect(app.getByRole('alert')).toHaveCount(1)
  await expect(since).toHaveAttribute('aria-invalid', 'true')
  await choose(app, /是否隔离/, '否')
  await expect(since).toBeHidden()
  await expect(app.getByText('已填完，可以提交')).toBeVisible()
  await look(phone, 'fill-ready')
  await app.getByRole('button', { name: '提交', exact: true }).dblclick()
  await expect(app.getByRole('heading', { name: '提交成功' })).toBeVisible()
  await look(phone, 'fill-receipt')

  const member = await company.memberIn('forms', '王建国')
  const first = await member.call(listMySubmissions, { query: {} })
  expect(first.items).toHaveLength(1)
  expect(first.items[0]).toMatchObject({ formId: form.id, revision: 1, isAbnormal: false })
  await expect(app.getByText(first.items[0]?.number ?? '', { exact: true })).toBeVisible()

  await app.getByRole('button', { name: '修改' }).click()
  await app.getByLabel(/今日体温/).fill('36.9')
  await app.getByRole('button', { name: '重新提交' }).click()
  await expect(app.getByRole('heading', { name: '提交成功' })).toBeVisible()
  await expect(app.getByText('第 1 次修改')).toBeVisible()
  const { items } = await member.call(listMySubmissions, { query: {} })
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({ revision: 2, number: first.items[0]?.number })

  await app.getByRole('link', { name: '返回列表' }).click()
  await expect(app.getByRole('heading', { name: '今天的填报都完成了' })).toBeVisible()
  await look(phone, 'my-forms-done')
  await app.getByRole('link', { name: '我的记录' }).click()
  const entry = app.getByRole('link', { name: new RegExp(daily) })
  await expect(entry).toContainText('修改 1 次')
  await expect(app.getByText('1 已填 · 0 未填')).toBeVisible()
  await look(phone, 'my-history')
  await entry.click()
  await expect(app.getByText('36.9')).toBeVisible()
  await expect(app.getByRole('listitem').filter({ hasText: '第 1 次修改' })).toBeVisible()
  await phone.setViewportSize({ width: 320, height: 640 })
  await look(phone, 'my-record')
})

test('Z-34: a draft survives a reload; without a network the filing is kept and sent when it is back', async ({
  screens,
  urls,
}) => {
  screens.expectConsole(/ERR_INTERNET_DISCONNECTED/)
  const company = await Company.found(urls, '中牟包装', '董娟')
  await company.publish('zhengzhou/daily')
  const phone = await screens.open('phone', await company.person('张丽'))
  const before = await openFromWorkbench(phone, '智能填表')
  await before.getByRole('link', { name: new RegExp(daily) }).click()
  await takeNote(before)
  await before.getByLabel(/今日体温/).fill('364')
  await expect(before.getByLabel(/今日体温/)).toHaveValue('36.4')
  await choose(before, /今日症状/, '干咳')
  await choose(before, /今日症状/, '无')

  await phone.reload()
  const app = miniApp(phone)
  const link = app.getByRole('link', { name: new RegExp(daily) })
  await expect(link.or(app.getByLabel(/今日体温/))).toBeVisible()
  if (await link.isVisible()) await link.click()
  await expect(app.getByLabel(/今日体温/)).toHaveValue('36.4')
  const symptoms = app.getByRole('group', { name: /今日症状/ })
  await expect(symptoms.getByRole('checkbox', { checked: true })).toHaveCount(1)

  await answerDay(app, '36.4')
  await expect(app.getByText('已填完，可以提交')).toBeVisible()
  await phone.context().setOffline(true)
  await app.getByRole('button', { name: '提交', exact: true }).click()
  await expect(app.getByRole('heading', { name: '已保存，等待发送' })).toBeVisible()
  await look(phone, 'fill-offline')
  const member = await company.memberIn('forms', '张丽')
  expect((await member.call(listMySubmissions, { query: {} })).items).toHaveLength(0)

  await phone.context().setOffline(false)
  await expect(app.getByRole('heading', { name: '提交成功' })).toBeVisible()
  expect((await member.call(listMySubmissions, { query: {} })).items).toHaveLength(1)
})

test('Z-34: the work-start registration checks the ID number, the dates and the promise', async ({
  screens,
  urls,
}) => {
  const company = await Company.found(urls, '新郑物流', '袁浩')
  const form = await company.publish('zhengzhou/work-start')
  const phone = await screens.open('phone', await company.person('赵志强'))
  const app = await openFromWorkbench(phone, '智能填表')
  await app.getByRole('link', { name: /郑州市企业员工开工登记表/ }).click()
  await takeNote(app)
  await expect(app.getByLabel(/姓名/)).toHaveValue('赵志强')
  await look(phone, 'fill-work-start')

  const idNumber = app.getByLabel(/身份证号/)
  await idNumber.fill('410102199001010011')
  await app.getByLabel(/计划到岗日期/).fill('2020-01-01')
  await app.getByRole('button', { name: '提交', exact: true }).click()
  await expect(idNumber).toHaveAttribute('aria-invalid', 'true')
  await expect(app.getByLabel(/计划到岗日期/)).toHaveAttribute('aria-invalid', 'true')
  await expect(app.getByRole('checkbox', { name: '我已阅读并承诺' })).toHaveAttribute('aria-invalid', 'true')
  await look(phone, 'fill-work-start-problems')

  await idNumber.fill('11010519491231002X')
  await answerWorkStart(app, newPhone())
  // Down to the street, a list at a time; the form asks for Zhengzhou alone.
  await app.getByLabel(/在郑住址/).click()
  const regions = app.getByRole('dialog', { name: '选择省 / 市 / 区县' })
  await regions.getByRole('button', { name: '金水区', exact: true }).click()
  await expect(regions.getByRole('button', { name: '金水区（不选街道）' })).toBeVisible()
  await look(phone, 'fill-streets')
  await regions.getByRole('button', { name: '花园路街道' }).click()
  await expect(app.getByLabel(/在郑住址/)).toHaveText('河南省 郑州市 金水区 花园路街道')
  await app.getByRole('button', { name: '提交', exact: true }).click()
  await expect(app.getByRole('heading', { name: '提交成功' })).toBeVisible()
  await expect(app.getByText('登记完成，感谢配合')).toBeVisible()
  const member = await company.memberIn('forms', '赵志强')
  expect((await member.call(listMySubmissions, { query: {} })).items[0]).toMatchObject({ formId: form.id })
})
