import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { listPushes } from '@kangbao/shared/contracts/ledger.ts'
import { Company } from '../support/company.ts'
import { bindAdminPhone, signInToConsole } from '../support/console.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { openFormsToManage } from '../support/mini-app.ts'
import { test } from '../support/own-journey.ts'

test.describe.configure({ mode: 'default' })

const daily = /郑州市企业员工健康上报/

test('Z-33: the ledger tells on PC and phone what was sent, who read it, and what quiet hours dropped', async ({
  screens,
  own,
  urls,
}) => {
  await own.putClocks('20:30')
  const company = await Company.found(urls, '新密耐材', '梁静')
  const form = await company.publish('zhengzhou/daily', {
    repeat: { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '20:45' },
    reminders: {
      memberAfterMinutes: 30,
      againAfterMinutes: 120,
      headsAfterMinutes: null,
      adminsAfterMinutes: 180,
      quietHours: { from: '22:00', to: '07:00' },
    },
  })
  const period = civilDayOf(own.now(), 'Asia/Shanghai')
  const pushes = async () => {
    const admin = await company.adminIn('forms')
    return (await admin.call(listPushes, { params: { formId: form.id, period }, query: {} })).items
  }
  const ledger = async () => (await pushes()).map(({ kind, state }) => `${kind} ${state}`)
  const timeout = 60_000
  await own.putClocks('20:46')
  await expect.poll(ledger, { timeout }).toEqual(['send sent'])
  // Seeing the card in chat is reading it; nothing need be opened.
  const reader = await screens.open('phone', await company.person('王建国'))
  await reader.goto('/messages')
  await reader.getByRole('link', { name: '智能填表' }).click()
  await expect(reader.getByRole('log').getByRole('button', { name: daily })).toBeVisible()
  await own.putClocks('21:18')
  await expect.poll(ledger, { timeout }).toEqual(['remind-members sent', 'send sent'])
  await expect.poll(async () => (await pushes()).at(-1)?.read, { timeout }).toBe(1)
  await own.putClocks('22:50')
  const all = ['remind-again dropped', 'remind-members sent', 'send sent']
  await expect.poll(ledger, { timeout }).toEqual(all)

  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc.getByRole('link', { name: daily }).first().click()
  await pc.getByRole('link', { name: '发送台账' }).click()
  const sends = pc.getByRole('table', { name: '发送台账' })
  await expect(sends.getByRole('row', { name: /再次提醒本人/ })).toContainText('免打扰时段结束时已截止')
  await expect(sends.getByRole('row', { name: /首次发送/ })).toContainText('已发送')
  await look(pc, 'console-ledger')
  await sends.getByRole('row', { name: /首次发送/ }).click()
  const people = pc.getByRole('table', { name: /首次发送.*的名单/ })
  await expect(people.getByRole('row', { name: /王建国/ })).toContainText('已读')
  await expect(people.getByRole('row', { name: /张丽/ })).toContainText('已送达未读')
  await pc.getByPlaceholder('搜索姓名、拼音或工号').fill('zhangli')
  await expect(people.getByRole('row', { name: /张丽/ })).toBeVisible()
  await expect(people.getByRole('row', { name: /王建国/ })).toBeHidden()
  expect(pc.url()).not.toContain('zhangli')
  await look(pc, 'console-ledger-people')
  const usage = pc.getByRole('table', { name: '本月消息用量' })
  await expect(usage.getByRole('row', { name: /消息/ }).getByRole('cell').first()).toHaveText('12')
  await usage.scrollIntoViewIfNeeded()
  await look(pc, 'console-usage')

  const phone = await screens.open('phone', company.admin)
  const app = await openFormsToManage(phone)
  await app.getByRole('link', { name: daily }).click()
  await app.getByRole('link', { name: '发送台账' }).click()
  await expect(app.getByRole('listitem').filter({ hasText: '首次发送' })).toContainText('已发送')
  await expect(app.getByRole('listitem').filter({ hasText: '再次提醒本人' })).toContainText('未发送')
  await look(phone, 'phone-ledger')
  await app.getByRole('listitem').filter({ hasText: '首次发送' }).getByRole('link').click()
  await app.getByRole('radio', { name: '已读' }).click()
  await expect(app.getByRole('listitem')).toHaveCount(1)
  await expect(app.getByRole('listitem')).toContainText('王建国')
  await look(phone, 'phone-ledger-people')
})
