import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { listDeliveries, listPushes } from '@kangbao/shared/contracts/ledger.ts'
import { getMyNotifications } from '@kangbao/shared/contracts/my-notifications.ts'
import { bindTo, confirmMailOf, mailIn, textsOn } from '../drivers/sandbox.ts'
import { Company } from '../support/company.ts'
import { bindAdminPhone, signInToConsole } from '../support/console.ts'
import { expect, newPhone } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { openFromWorkbench } from '../support/mini-app.ts'
import { atTimeOf, test } from '../support/own-journey.ts'

test.describe.configure({ mode: 'default' })

const timeout = 60_000

test('Z-33, Z-36: who reads no card is reminded by text and mail, and stops the mails by the link in one', async ({
  screens,
  own,
  urls,
}) => {
  await own.putClocks('11:30')
  const company = await Company.found(urls, '荥阳阀门', '梁静')
  // He sets his address on the phone; another has a phone alone.
  const phone = await atTimeOf(own, await screens.open('phone', await company.person('王建国')))
  const app = await openFromWorkbench(phone, '智能填表')
  await app.getByRole('link', { name: '我的', exact: true }).click()
  await app.getByRole('button', { name: '设置邮箱' }).click()
  const sheet = app.getByRole('dialog', { name: '设置接收邮箱' })
  await sheet.getByLabel('邮箱地址').fill('wangjianguo@example.com')
  await sheet.getByRole('button', { name: '获取验证码' }).click()
  const coded = await mailIn(urls, 'wangjianguo@example.com', (text) => /\b\d{6}\b/.test(text))
  await sheet.getByLabel('邮件验证码').fill(/\b\d{6}\b/.exec(coded)?.[0] ?? '')
  await look(phone, 'mail-sheet')
  await sheet.getByRole('button', { name: '确认邮箱' }).click()
  await expect(app.getByText('w***@example.com')).toBeVisible()
  const wang = await company.memberIn('forms', '王建国')
  const texted = newPhone()
  await bindTo(await company.memberIn('forms', '张丽'), urls, texted)
  await confirmMailOf(await company.adminIn('forms'), urls, 'liangjing@example.com')

  const form = await company.publish('zhengzhou/daily', {
    repeat: { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '12:00' },
    reminders: {
      memberAfterMinutes: null,
      headsAfterMinutes: null,
      smsAfterMinutes: 60,
      mailAfterMinutes: 60,
      quietHours: { from: '22:00', to: '07:00' },
    },
  })
  const params = { formId: form.id, period: civilDayOf(own.now(), 'Asia/Shanghai') }
  const admin = await company.adminIn('forms')
  const ledger = async () =>
    (await admin.call(listPushes, { params, query: {} })).items.map(
      ({ kind, state, sent }) => `${kind} ${state} ${sent}`,
    )
  await own.putClocks('12:01')
  await expect.poll(ledger, { timeout }).toEqual(['send sent 6'])
  await own.putClocks('13:03')
  await expect
    .poll(async () => (await ledger()).sort(), { timeout })
    .toEqual(['remind-mail sent 2', 'remind-sms sent 1', 'send sent 6'])
  // The carrier of the sandbox got one text, and its mailbox a letter that names neither him nor the form.
  await expect.poll(async () => (await textsOn(urls, texted)).length, { timeout }).toBe(2) // after the code
  expect((await textsOn(urls, texted))[0]?.params).toEqual({})
  const letter = await mailIn(urls, 'wangjianguo@example.com', (text) => text.includes('还有表单没有填写'))
  expect(letter).not.toMatch(/王建国|健康/)
  const people = await admin.call(listDeliveries, { params, query: { state: 'sent' } })
  const beside = people.items.filter(({ kind }) => kind !== 'send')
  expect(beside.map(({ name, reason }) => `${name} ${reason}`).sort()).toEqual(
    ['张丽 sms-taken', '梁静 mail-taken', '王建国 mail-taken'].sort(),
  )
  const inbox = await screens.open('pc')
  await inbox.goto(new URL('/mail', urls.sms).href)
  await expect(inbox.getByText(/待填写提醒/).first()).toBeVisible()
  await inbox
    .getByText(/待填写提醒/)
    .first()
    .click()
  await expect(inbox.frameLocator('iframe').getByRole('link', { name: '去填写' })).toBeVisible()
  await look(inbox, 'sandbox-letter')

  // One tap stops them, without a sign-in; he sees it where he can turn them on again.
  const stop = /(https?:\S+\/mail\/stop\/\S+)/.exec(letter)?.[1] ?? ''
  const browser = await screens.open('phone')
  await browser.goto(stop)
  await browser.getByRole('button', { name: '停止发送' }).click()
  await expect(browser.getByRole('heading', { name: '已停止发送' })).toBeVisible()
  await look(browser, 'mail-stopped')
  const again = await openFromWorkbench(phone, '智能填表')
  await again.getByRole('link', { name: '我的', exact: true }).click()
  await expect(again.getByRole('switch', { name: '邮件提醒' })).not.toBeChecked()
  await expect(again.getByRole('switch', { name: '短信提醒' })).toBeChecked()
  // He would rather sleep longer than the form thinks.
  await again.getByRole('switch', { name: '我的免打扰时段' }).click()
  await again.getByLabel('结束', { exact: true }).fill('08:30')
  await again.getByLabel('结束', { exact: true }).blur()
  await expect
    .poll(async () => (await wang.call(getMyNotifications, {})).quietHours, { timeout })
    .toEqual({ from: '22:00', to: '08:30' })
  await look(phone, 'me-mail')

  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc
    .getByRole('link', { name: /郑州市企业员工健康上报/ })
    .first()
    .click()
  await pc.getByRole('link', { name: '发送台账' }).click()
  const sends = pc.getByRole('table', { name: '发送台账' })
  await sends.getByRole('row', { name: /邮件提醒/ }).click()
  await expect(pc.getByRole('table', { name: /邮件提醒.*的名单/ })).toContainText('邮件服务器已接收')
  await look(pc, 'console-ledger-mail')
  await pc.getByRole('button', { name: /账号菜单/ }).click()
  await pc.getByRole('menuitem', { name: '登录与安全' }).click()
  await pc.getByText('我的免打扰时段').click()
  await expect
    .poll(async () => (await admin.call(getMyNotifications, {})).quietHours, { timeout })
    .toEqual({ from: '22:00', to: '07:00' })
  await look(pc, 'console-own-reminders')
})
