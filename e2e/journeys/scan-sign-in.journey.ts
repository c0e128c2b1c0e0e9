import { look } from '../support/look.ts'
import { expect, newOrgName, test } from '../support/journey.ts'
import { photoOf, scanPicture } from '../support/scanning.ts'

test('S-16: the phone is shown which browser asks; a no, a second phone and a sent link sign nobody in', async ({
  screens,
  newPerson,
}) => {
  screens.expectConsole(/409/)
  const [person, other] = [await newPerson('孙丽'), await newPerson('周强')]
  await person.createOrg(newOrgName('汴河纸业'))
  const [pc, phone, second] = [
    await screens.open('pc'),
    await screens.open('phone', person),
    await screens.open('phone', other),
  ]
  await pc.goto('/')
  const code = pc.getByRole('img', { name: '扫码登录' })
  await expect(code).toBeVisible()
  await look(pc, 'scan-pc')

  const first = await photoOf(code)
  await phone.goto('/scan')
  await scanPicture(phone, first)
  await expect(phone.getByRole('heading', { name: '确认在“Chrome · Linux”上登录？' })).toBeVisible()
  await expect(phone.getByText('与本手机同一网络')).toBeVisible()
  await expect(phone.getByRole('timer')).toHaveText(/^\d+ 秒内有效$/)
  await expect(pc.getByRole('status')).toHaveText('孙* 已扫码，请在手机上确认登录')
  await look(phone, 'scan-phone')
  await look(pc, 'scan-pc-scanned')

  await second.goto('/scan')
  await scanPicture(second, first)
  await expect(second.getByRole('alert')).toContainText('该二维码已被另一部手机扫描')
  await look(second, 'scan-phone-taken')

  await phone.getByRole('button', { name: '不是我，拒绝登录' }).click()
  await expect(pc.getByRole('alert')).toContainText('手机上已拒绝本次登录')
  await look(pc, 'scan-pc-refused')
  await pc.getByRole('button', { name: '刷新' }).click()
  await expect(pc.getByRole('alert')).toBeHidden()

  const started = pc.waitForResponse(/\/poll$/)
  const ticket = new URL((await started).url()).pathname.split('/').at(-2) ?? ''
  await second.goto(`/scan-sign-in/${ticket}`)
  await expect(second.getByRole('alert')).toContainText('不能通过链接确认登录')
  await look(second, 'scan-phone-link')

  await phone.goto('/scan')
  await scanPicture(phone, await photoOf(code))
  await phone.getByRole('button', { name: '确认登录' }).click()
  await expect(pc.getByRole('navigation', { name: '主导航' })).toBeVisible()
})
