import { expect, newOrgName, test } from '../support/journey.ts'
import { look } from '../support/look.ts'

test('Z-11: the manual of every role is read, searched and reached from me, the admin pages, a failure and without an account', async ({
  screens,
  newPerson,
}) => {
  screens.expectConsole(/404/)
  const admin = await newPerson('韩主任')
  await admin.createOrg(newOrgName('助手'))
  const phone = await screens.open('phone', admin)
  await phone.goto('/me')
  await phone.getByRole('link', { name: '帮助与使用手册' }).click()
  await expect(phone.getByRole('button', { name: '主管理员', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  await expect(phone.getByRole('img', { name: /注册团队/ })).toHaveJSProperty('complete', true)
  await look(phone, 'help-phone')
  for (const role of ['员工', '部门主管与子管理员', '平台运营方', '应用开发者']) {
    await phone.getByRole('button', { name: role, exact: true }).click()
    await expect(
      phone
        .getByRole('group')
        .filter({ has: phone.locator('summary') })
        .first(),
    ).toBeVisible()
  }
  await phone.getByLabel('搜索帮助').fill('管理密码 忘记')
  await expect(phone.getByRole('heading', { name: '管理员与交接' })).toBeVisible()
  await phone.getByLabel('搜索帮助').fill('没有这样的词')
  await expect(phone.getByRole('status').filter({ hasText: '没有找到相关内容' })).toBeVisible()
  // A small org is told no service line, and has a help group as soon as somebody opens it.
  await expect(phone.getByText('服务电话')).toBeHidden()
  await phone.getByRole('link', { name: /帮助群/ }).click()
  await expect(phone.getByRole('heading', { level: 1, name: '使用帮助群' })).toBeVisible()
  await phone.getByLabel('发消息').fill('管理密码忘了怎么办？')
  await phone.getByRole('button', { name: '发送', exact: true }).click()
  await expect(phone.getByRole('log').getByText('管理密码忘了怎么办？')).toBeVisible()

  const pc = await screens.open('pc', admin)
  await pc.goto('/nowhere')
  await pc.getByRole('link', { name: '帮助与使用手册' }).click()
  await expect(pc).toHaveURL(/\/help$/)
  await look(pc, 'help-pc')
  await pc.goto('/admin/org')
  await expect(pc.getByRole('dialog')).toBeVisible()
  await pc.keyboard.press('Escape')
  await pc.getByRole('link', { name: '帮助与使用手册' }).click()
  await expect(pc.getByRole('heading', { level: 1, name: '帮助与使用手册' })).toBeVisible()
  const guest = await screens.open('phone')
  await guest.goto('/help')
  await expect(guest.getByRole('heading', { name: '加入团队' })).toBeVisible()
})
