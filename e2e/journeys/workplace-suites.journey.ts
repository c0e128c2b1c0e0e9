import * as orgContracts from '@kangbao/workplace/contracts/orgs.ts'
import { setAdminPassword } from '../support/accounts.ts'
import { expect, newOrgName, test } from '../support/journey.ts'
import { installFromPage } from '../support/installing.ts'
import { look } from '../support/look.ts'
import { enterAsOperator } from '../support/operator.ts'

test('Z-09: a developer’s suite is registered, installed, pushed to, given a new secret, and stopped', async ({
  screens,
  newPerson,
  urls,
}) => {
  screens.expectConsole(/404|422/)
  const admin = await newPerson('潘主管')
  const org = newOrgName('访客')
  const { orgId } = await admin.createOrg(org)
  const app = `访客登记${Date.now() % 1_000_000}`

  const desk = await screens.open('pc')
  await enterAsOperator(desk, urls, '邓运营')
  await desk.getByRole('link', { name: '应用套件' }).click()
  await desk.getByRole('button', { name: '登记套件' }).click()
  const dialogue = desk.getByRole('dialog')
  await dialogue.getByLabel('应用名称').fill(app)
  await dialogue.getByLabel('开发者').fill('独立开发者')
  await dialogue.getByLabel('手机首页地址').fill('visit.example')
  await dialogue.getByLabel('回调地址').fill('http://127.0.0.1:9/callback')
  await dialogue.getByRole('button', { name: '保存' }).click()
  await expect(dialogue.getByText('请填写 http 或 https 开头的完整地址', { exact: true })).toBeVisible()
  await dialogue.getByLabel('手机首页地址').fill(`${urls.workplace}/help?corpId=$CORPID$`)
  await look(desk, 'operator-register')
  await dialogue.getByRole('button', { name: '保存' }).click()
  await expect(dialogue.getByText('只显示这一次')).toBeVisible()
  await expect(dialogue.getByText(/^[A-Za-z0-9]{43}$/)).toBeVisible()
  await look(desk, 'operator-secrets')
  await desk.keyboard.press('Escape')
  const card = desk.getByRole('listitem').filter({ hasText: app })
  await expect(card).toContainText('回调未验证')
  await look(desk, 'operator-suites')

  // Where an admin finds it: with a code to scan and a way to open it.
  const pc = await screens.open('pc', admin)
  await pc.goto('/admin/apps')
  await setAdminPassword(pc)
  const code = pc.getByRole('listitem').filter({ hasText: app })
  await expect(code.getByRole('img', { name: `${app}的安装二维码` })).toBeVisible()
  await code.getByRole('button', { name: '开通' }).click()
  await installFromPage(pc, { app, org, scope: '全部员工' })
  await pc.goto('/workbench')
  await expect(pc.getByText(app)).toBeVisible()

  await card.getByRole('link', { name: /待推送/ }).click()
  const pushed = desk.getByRole('listitem').filter({ hasText: 'org_suite_auth' })
  await expect(pushed.first()).toContainText('待推送')
  await look(desk, 'operator-deliveries')
  await pushed.first().getByRole('button', { name: '重新推送' }).click()
  await expect(desk.getByTestId('toast-voice')).toHaveText('已保存')

  await desk.getByRole('link', { name: '应用套件' }).click()
  await card.getByRole('button', { name: '更换密钥' }).click()
  await desk.getByRole('button', { name: '确认' }).click()
  await expect(desk.getByRole('dialog').getByText('suiteSecret', { exact: true })).toBeVisible()
  await desk.keyboard.press('Escape')
  await card.getByRole('button', { name: '停用' }).click()
  await desk.getByRole('button', { name: '确认' }).click()
  await expect(card).toContainText('已停用')
  await pc.reload()
  await expect(pc.getByRole('heading', { level: 1 }).first()).toBeVisible()
  await expect(pc.getByText(app)).toBeHidden()
  expect((await admin.call(orgContracts.getOrg, { params: { orgId } })).role).toBe('main')

  const phone = await screens.open('phone', undefined, { viewport: { width: 320, height: 640 } })
  await enterAsOperator(phone, urls, '马运营')
  await phone.goto('/operator/suites')
  await expect(phone.getByText(app)).toBeVisible()
  await look(phone, 'operator-suites-phone')
})

test('Z-09: the operator sees the limits of the platform and the templates apps may send', async ({
  screens,
  urls,
}) => {
  const desk = await screens.open('pc')
  await enterAsOperator(desk, urls, '曹运营')
  await desk.getByRole('link', { name: '平台限额' }).click()
  const quota = desk.getByLabel('每个团队每月接口调用次数（0 为不限）')
  await expect(quota).toHaveValue(/^\d+$/)
  await quota.fill('很多')
  await desk.getByRole('button', { name: '保存' }).click()
  await expect(desk.getByRole('alert')).toContainText('整数')
  await look(desk, 'operator-limits')
  await desk.getByRole('link', { name: '消息模板' }).click()
  await expect(desk.getByRole('heading', { name: '消息模板' })).toBeVisible()
  await look(desk, 'operator-templates')
})
