import { bindTo, codeSentBy } from '../drivers/sandbox.ts'
import { Company } from '../support/company.ts'
import { expect, newPhone } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { atTimeOf, test } from '../support/own-journey.ts'

test('S-14, S-21: an admin sees where he is signed in, ends the other place, and goes on himself', async ({
  screens,
  own,
  urls,
}) => {
  screens.expectConsole(/status of 401/)
  await own.putClocks('10:00')
  const company = await Company.found(urls, '金水信息', '郭敏')
  const phone = newPhone()
  await bindTo(await company.adminIn('forms'), urls, phone)

  async function signIn() {
    await own.advance(2 * 60_000) // the next code may be asked for
    const pc = await atTimeOf(own, await screens.open('pc'))
    await pc.goto(urls.adminConsole)
    await pc.getByLabel('手机号').fill(phone)
    const code = await codeSentBy(urls, phone, () => pc.getByRole('button', { name: '获取验证码' }).click())
    await pc.getByLabel('验证码').fill(code)
    await pc.getByRole('button', { name: '登录', exact: true }).click()
    await expect(pc.getByRole('heading', { name: '智能填表' })).toBeVisible()
    return pc
  }
  const office = await signIn()
  const home = await signIn()

  await home.getByRole('button', { name: /账号菜单/ }).click()
  await home.getByRole('menuitem', { name: '登录与安全' }).click()
  const devices = home.getByRole('table', { name: '登录设备' })
  await expect(devices.getByText('当前设备')).toHaveCount(1)
  const others = devices.getByRole('row').filter({ has: home.getByRole('button', { name: '退出' }) })
  // The office’s, and the app’s own on the phone.
  await expect(others.filter({ hasText: '短信验证码' })).toHaveCount(1)
  await expect(others.filter({ hasText: '工作台' }).first()).toBeVisible()
  await look(home, 'console-security')
  await others.filter({ hasText: '短信验证码' }).getByRole('button', { name: '退出' }).click()
  await expect(home.getByText('已退出该设备')).toBeVisible()
  await expect(others.filter({ hasText: '短信验证码' })).toHaveCount(0)

  await office.getByRole('link', { name: '通讯录' }).click()
  await expect(office.getByText('登录已过期，请重新登录')).toBeVisible()

  // Ten minutes later the token has run out: the page renews it, and nobody notices.
  await own.advance(12 * 60_000)
  await home.getByRole('button', { name: '退出其他设备' }).click()
  await look(home, 'console-end-others')
  await home.getByRole('dialog').getByRole('button', { name: '退出其他设备' }).click()
  await expect(home.getByText('其他设备已全部退出')).toBeVisible()
  await expect(devices.getByRole('row')).toHaveCount(2)
  await home.reload()
  await expect(devices.getByText('当前设备')).toBeVisible()
})
