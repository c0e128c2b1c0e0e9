import { takeNote } from '../support/filling.ts'
import { appAtWorkbench, openCardInChat, openFormsToManage, openFromWorkbench } from '../support/mini-app.ts'
import { installFromPage } from '../support/installing.ts'
import { expect, newOrgName, test } from '../support/journey.ts'
import { pasteCode, photoOf, scanPicture } from '../support/scanning.ts'
import { setAdminPassword } from '../support/accounts.ts'
import { publishDaily, settledOrg } from '../support/orgs.ts'

test('Z-09: an admin installs by the pasted code and by a picture of it, in six steps; the apps stand on the workbench', async ({
  screens,
  newPerson,
  urls,
}) => {
  const admin = await newPerson('冯秀霞')
  const org = newOrgName('平顶山煤业')
  await admin.createOrg(org)
  const phone = await screens.open('phone', admin)
  await phone.goto('/scan')
  await pasteCode(phone, `${urls.workplace}/install/20000001`)
  await installFromPage(phone, { app: '智能填表', org, scope: '全部员工' })
  await phone.getByRole('button', { name: '前往工作台' }).click()
  await expect(appAtWorkbench(phone, '智能填表')).toBeVisible()

  const pc = await screens.open('pc', admin)
  await pc.goto('/admin/apps')
  await setAdminPassword(pc)
  const code = pc.getByRole('img', { name: '企业健康数据上报的安装二维码' })
  await code.scrollIntoViewIfNeeded()
  await phone.getByRole('link', { name: '扫码添加应用' }).click()
  await scanPicture(phone, await photoOf(code))
  await installFromPage(phone, { app: '企业健康数据上报', org, scope: '仅限管理员' })
  await expect(phone.getByText(/可用范围：仅限管理员/)).toBeVisible()
  await phone.getByRole('button', { name: '前往工作台' }).click()
  await expect(appAtWorkbench(phone, '企业健康数据上报')).toBeVisible()

  // On a PC as well, by the link; a code of an app that is gone says so.
  screens.expectConsole(/404/)
  await pc.goto('/scan')
  await pasteCode(pc, `${urls.workplace}/install/20000002`)
  await installFromPage(pc, { app: '企业用工登记上报', org, scope: '仅限管理员' })
  await pc.goto('/install/29999999')
  await expect(pc.getByRole('alert')).toContainText('应用不存在或已下架')

  // A second scan says that the org has it already.
  await phone.goto('/install/20000001?step=team')
  await expect(phone.getByRole('button', { name: new RegExp(`${org}.*已授权`) })).toBeDisabled()
})

test('Z-09: an app is stopped, restored, given another scope and removed', async ({ screens, newPerson }) => {
  const { admin, member } = await settledOrg(newPerson, '安阳钢构')
  const pc = await screens.open('pc', admin)
  const phone = await screens.open('phone', member)
  await phone.goto('/workbench')
  await expect(appAtWorkbench(phone, '智能填表')).toBeVisible()
  await expect(appAtWorkbench(phone, '企业健康数据上报')).toBeHidden()

  await pc.goto('/admin/apps')
  const card = pc.getByRole('article').filter({ has: pc.getByRole('heading', { name: /智能填表/ }) })
  await card.getByRole('button', { name: '停用' }).click()
  await pc.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(card.getByText('已停用')).toBeVisible()
  await expect(appAtWorkbench(phone, '智能填表')).toBeHidden()
  await card.getByRole('button', { name: '启用' }).click()
  await expect(card.getByText('已启用')).toBeVisible()
  await expect(appAtWorkbench(phone, '智能填表')).toBeVisible()

  await card.getByRole('button', { name: '可用范围' }).click()
  await pc.getByRole('radio', { name: /仅限管理员/ }).click()
  await pc.getByRole('button', { name: '保存' }).click()
  await expect(card.getByText('可用范围：仅限管理员')).toBeVisible()
  await expect(appAtWorkbench(phone, '智能填表')).toBeHidden()

  await card.getByRole('button', { name: '移除' }).click()
  await pc.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(card).toBeHidden()
})

test('Z-08, Z-23: a mini-app opens from the workbench, signs in by itself, titles the bar, and back closes it', async ({
  screens,
  newPerson,
}) => {
  const made = await settledOrg(newPerson, '新乡制药')
  await publishDaily(made)
  const phone = await screens.open('phone', made.admin)
  const staff = await openFromWorkbench(phone, '企业用工登记上报')
  await expect(staff.getByText(made.org)).toBeVisible()
  await phone.getByRole('button', { name: '关闭' }).click()
  await expect(phone).toHaveURL(/\/workbench$/)

  const app = await openFromWorkbench(phone, '企业健康数据上报')
  await expect(app.getByText(made.org)).toBeVisible()
  await app.getByRole('link', { name: /^总人数/ }).click()
  await expect(phone.getByRole('heading', { name: '总人数', level: 1 })).toBeVisible()
  await expect(app.getByText('朱雪晴')).toBeVisible()
  await phone.getByRole('button', { name: '返回' }).click()
  await expect(phone.getByRole('heading', { name: '企业健康数据上报', level: 1 })).toBeVisible()
  await expect(app.getByRole('link', { name: /^总人数/ })).toBeVisible()
  await phone.getByRole('button', { name: '返回' }).click()
  await expect(phone).toHaveURL(/\/workbench$/)
})

test('Z-33, Z-34: the card in the chat opens the form, as the member it went to', async ({
  screens,
  newPerson,
}) => {
  const made = await settledOrg(newPerson, '焦作化工')
  await publishDaily(made)
  const phone = await screens.open('phone', made.member)
  const app = await openCardInChat(phone, '智能填表', /健康上报/)
  await expect(app.getByRole('heading', { name: '郑州市企业员工健康上报' })).toBeVisible()
  await expect(phone.getByRole('heading', { name: '郑州市企业员工健康上报', level: 1 })).toBeVisible()
  await takeNote(app)
  await expect(app.getByText('朱雪晴')).toBeVisible()
})

test('Z-32: with the server’s signature an app may share to a chat', async ({ screens, newPerson }) => {
  const made = await settledOrg(newPerson, '许昌烟草')
  const form = await publishDaily(made)
  const phone = await screens.open('phone', made.admin)
  const app = await openFormsToManage(phone)
  await app.getByRole('link', { name: /郑州市企业员工健康上报/ }).click()
  await expect(app.getByText('应填').first()).toBeVisible()
  await app.getByRole('link', { name: '分享与二维码' }).click()
  await app.getByRole('button', { name: '分享到聊天' }).click()
  const sheet = phone.getByRole('dialog').filter({ has: phone.getByRole('heading', { name: '分享' }) })
  await sheet.getByRole('button', { name: /全员群/ }).click()
  await expect(sheet).toBeHidden()
  await phone.goto('/messages')
  await phone.getByRole('link', { name: /全员群/ }).click()
  await expect(phone.getByRole('log').getByRole('button', { name: /郑州市企业员工健康上报/ })).toBeVisible()
  expect(form.link).toContain('/m/forms/fill/')
})
