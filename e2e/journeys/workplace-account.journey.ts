import type { Page } from '@playwright/test'
import * as directory from '@kangbao/workplace/contracts/directory.ts'
import * as security from '@kangbao/workplace/contracts/account-security.ts'
import * as orgContracts from '@kangbao/workplace/contracts/orgs.ts'
import { codeSentBy } from '../drivers/sandbox.ts'
import { signInByPhone } from '../support/accounts.ts'
import { expect, newOrgName, newPhone } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { test } from '../support/own-journey.ts'
import type { OwnStack } from '../support/own-stack.ts'

const password = 'Chuntian-Baihua-7'

/** Has a code sent by the field of that name and types in what the phone got; a minute after the one before. */
async function giveCode(page: Page, own: OwnStack, phone: string, label: string): Promise<void> {
  await own.advance(61_000)
  const field = page.getByLabel(label, { exact: true })
  const send = () => field.locator('..').getByRole('button', { name: '获取验证码' }).click()
  await field.fill(await codeSentBy(own.urls, phone, send))
}

async function typeTwice(page: Page, text: string): Promise<void> {
  await page.getByLabel('新密码', { exact: true }).fill(text)
  await page.getByLabel('再次输入新密码').fill(text)
}

test('Z-01, Z-08: a password is set on the phone, signs in a PC, and the phone is told and ends that session', async ({
  screens,
  own,
  newPerson,
}) => {
  screens.expectConsole(/401|422|429/)
  const person = await newPerson('林小满')
  await person.createOrg(newOrgName('春和景明'))
  const phone = await screens.open('phone', person)
  await phone.goto('/me')
  await phone.getByRole('link', { name: '账号与安全' }).click()
  await look(phone, 'account-security')
  await phone.getByRole('link', { name: /登录密码.*未设置/ }).click()
  await giveCode(phone, own, person.phone, '验证码')
  await typeTwice(phone, '12345678')
  await phone.getByRole('button', { name: '保存' }).click()
  await expect(phone.getByRole('alert')).toContainText('太常见')
  await look(phone, 'account-password')
  await typeTwice(phone, password)
  await phone.getByRole('button', { name: '保存' }).click()
  await expect(phone.getByRole('link', { name: /登录密码.*已设置/ })).toBeVisible()

  const pc = await screens.open('pc')
  await pc.goto('/sign-in')
  await look(pc, 'sign-in-pc')
  await pc.getByRole('button', { name: '用密码登录' }).click()
  await pc.getByLabel('手机号').fill(person.phone)
  await pc.getByLabel('登录密码').fill('Cuowu-Mima-99')
  await pc.getByRole('button', { name: '登录', exact: true }).click()
  await expect(pc.getByRole('alert')).toContainText('手机号或密码不正确')
  await look(pc, 'sign-in-password')
  await pc.getByLabel('登录密码').fill(password)
  await pc.getByRole('button', { name: '登录', exact: true }).click()
  await expect(pc.getByRole('navigation', { name: '主导航' })).toBeVisible()

  // Pushed to the phone, wherever it is.
  await expect(phone.getByText(/你的账号于.*登录/)).toBeVisible()
  await look(phone, 'account-new-sign-in')
  await phone.getByRole('button', { name: '查看设备' }).click()
  const devices = phone.getByRole('list', { name: '登录设备' }).getByRole('listitem')
  await expect(devices).toHaveCount(2)
  await expect(devices.first()).toContainText('当前设备')
  await look(phone, 'account-devices')
  await devices.nth(1).getByRole('button', { name: '退出' }).click()
  await phone.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(devices).toHaveCount(1)
  // The PC has its page open and hears of it.
  await expect(pc.getByRole('heading', { name: '登录或注册' })).toBeVisible()

  await pc.getByRole('button', { name: '用密码登录' }).click()
  await pc.getByRole('link', { name: '忘记密码？' }).click()
  await expect(pc.getByRole('heading', { name: '重设登录密码' })).toBeVisible()
  await pc.getByLabel('手机号').fill(person.phone)
  await pc.getByRole('button', { name: '获取验证码' }).click()
  await expect(pc.getByRole('alert')).toContainText('发送太频繁')
  await look(pc, 'account-reset')
})

test('Z-08: somebody changes number, name and picture, leaves an org, and ends the account', async ({
  screens,
  own,
  newPerson,
}) => {
  screens.expectConsole(/401|404|409|422/)
  const [person, boss] = [await newPerson('何小雨'), await newPerson('刘总')]
  const org = newOrgName('安居物业')
  const { orgId } = await boss.createOrg(org)
  const { code } = await boss.call(orgContracts.getInvite, { params: { orgId } })
  await person.call(orgContracts.joinOrg, { params: { code }, body: {} })
  const phone = await screens.open('phone', person)

  await phone.goto('/me/profile')
  await phone.getByTestId('avatar-picture').setInputFiles({
    name: 'wide.png',
    mimeType: 'image/png',
    buffer: await phone.screenshot(),
  })
  await expect(phone.getByRole('button', { name: '移除头像' })).toBeVisible()
  await expect(phone.locator('.avatar img').first()).toHaveJSProperty('naturalWidth', security.avatarSide)
  await phone.getByTestId('avatar-picture').setInputFiles({
    name: 'no.png',
    mimeType: 'image/png',
    buffer: Buffer.from('not a picture'),
  })
  await expect(phone.getByRole('alert')).toContainText('无法使用这张图片')
  await phone.getByLabel('姓名').fill('   ')
  await phone.getByRole('button', { name: '保存' }).click()
  await expect(phone.getByText('请输入姓名')).toBeVisible()
  await phone.getByLabel('姓名').fill('何小雨👩‍🚀')
  await phone.getByRole('button', { name: '保存' }).click()
  await look(phone, 'account-profile')
  await phone.goto('/me')
  await expect(phone.getByRole('heading', { name: '何小雨👩‍🚀' })).toBeVisible()

  const next = newPhone()
  await phone.goto('/me/security/phone')
  await giveCode(phone, own, person.phone, '当前手机号的验证码')
  await phone.getByLabel('新手机号', { exact: true }).fill(next)
  await giveCode(phone, own, next, '新手机号的验证码')
  await look(phone, 'account-phone')
  await phone.getByRole('button', { name: '更换手机号' }).click()
  await expect(phone).toHaveURL(/\/me\/security$/)
  await expect(phone.getByRole('link', { name: /手机号/ })).toContainText(`${next.slice(0, 3)}****`)

  await phone.goto('/me/profile')
  await phone.getByRole('button', { name: `退出团队 ${org}` }).click()
  await phone.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(phone.getByRole('button', { name: `退出团队 ${org}` })).toBeHidden()

  await phone.goto('/me/security/delete')
  await look(phone, 'account-delete')
  await phone.getByRole('button', { name: '注销账号' }).click()
  await expect(phone.getByRole('alert')).toContainText('请先勾选')
  await giveCode(phone, own, next, '验证码')
  await phone.getByRole('checkbox').click()
  await phone.getByRole('button', { name: '注销账号' }).click()
  await phone.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(phone.getByRole('heading', { name: '登录或注册' })).toBeVisible()
  expect((await person.try(security.listMySessions, {})).status).toBe(401)
})

test('Z-02, Z-03: two admins at once at the settings of an org: each sees what the other did', async ({
  screens,
  newPerson,
}) => {
  const [one, two] = [await newPerson('陈一'), await newPerson('周二')]
  const { orgId } = await one.createOrg(newOrgName('双管'))
  await one.becomeCertified(orgId)
  const { code } = await one.call(orgContracts.getInvite, { params: { orgId } })
  await two.call(orgContracts.joinOrg, { params: { code }, body: {} })
  const { userid } = await two.call(orgContracts.getOrg, { params: { orgId } })
  await one.call(orgContracts.setMemberRole, { params: { orgId, userid }, body: { role: 'main' } })
  await two.call(orgContracts.setAdminPassword, { params: { orgId }, body: { password } })
  const [left, right] = [await screens.open('pc', one), await screens.open('pc', two)]
  for (const page of [left, right]) {
    await page.goto('/admin/org')
    await expect(page.getByRole('switch')).not.toBeChecked()
  }
  await left.getByRole('switch').click()
  await expect(right.getByRole('switch')).toBeChecked()
  await right.getByRole('switch').click()
  await expect(left.getByRole('switch')).not.toBeChecked()
})

test('Z-08: removed with the page open: said at once, and no page is blank; a second sign-in by code works', async ({
  screens,
  urls,
  newPerson,
}) => {
  screens.expectConsole(/404/)
  const [boss, person] = [await newPerson('郑总'), await newPerson('小田')]
  const org = newOrgName('远航船务')
  const { orgId } = await boss.createOrg(org)
  await boss.becomeCertified(orgId)
  const { code } = await boss.call(orgContracts.getInvite, { params: { orgId } })
  await person.call(orgContracts.joinOrg, { params: { code }, body: {} })
  const pc = await screens.open('pc', person)
  await pc.goto(`/contacts/${orgId}/departments/1`)
  await expect(pc.getByRole('link', { name: /郑总/ }).first()).toBeVisible()
  const me = await person.call(security.listMySessions, {})
  expect(me.items).toHaveLength(1)

  const members = await boss.call(directory.listMembers, {
    params: { orgId },
    query: {},
  })
  const userid = members.items.find(({ name }) => name === '小田')?.userid ?? ''
  await boss.call(directory.removeMember, {
    params: { orgId, userid },
  })
  await expect(pc.getByText(`你已不在团队“${org}”中`)).toBeVisible()
  await expect(pc.getByRole('heading', { name: '你不在这个团队中' })).toBeVisible()
  await look(pc, 'org-gone')
  await pc.getByRole('button', { name: '我知道了' }).click()
  await pc.getByRole('button', { name: '进入工作台' }).click()
  await expect(pc.getByText('你还没有加入任何团队')).toBeVisible()
  await pc.goto(`/workbench/settings/${orgId}`)
  await expect(pc.getByRole('heading', { name: '你不在这个团队中' })).toBeVisible()

  // A PC shows the code of the page, a phone is on it (Z-01).
  await pc.goto('/register')
  await expect(pc.getByRole('img', { name: '在手机上注册团队的二维码' })).toBeVisible()
  await look(pc, 'register-pc')
  await pc.getByRole('link', { name: /服务条款/ }).click()
  await expect(pc.getByRole('heading', { level: 1, name: /服务条款/ })).toBeVisible()
  const phone = await screens.open('phone')
  await phone.goto('/register')
  await signInByPhone(phone, urls, newPhone())
  await expect(phone).toHaveURL(/\/orgs\/new$/)
})
