import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { Company } from '../support/company.ts'
import { bindAdminPhone, signInToConsole } from '../support/console.ts'
import { file, healthyDay } from '../support/filling.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { openFormsToManage } from '../support/mini-app.ts'
import { test } from '../support/own-journey.ts'

const daily = '郑州市企业员工健康上报'

test('Z-38: an abnormal answer is followed up on the phone and on the PC until it is closed; two at once are told apart', async ({
  screens,
  own,
  urls,
}) => {
  await own.putClocks('10:00')
  const company = await Company.found(urls, '中原机电', '田静')
  const form = await company.publish('zhengzhou/daily')
  const today = healthyDay(civilDayOf(own.now(), 'Asia/Shanghai'))
  await file(company, form, '王建国', { ...today, temperature: 38.2 })
  await file(company, form, '孙敏', { ...today, symptoms: ['dry-cough'] })

  const admin = await screens.open('phone', company.admin)
  const app = await openFormsToManage(admin)
  await app.getByRole('link', { name: new RegExp(daily) }).click()
  await app.getByRole('link', { name: '异常跟进（2 待联系）' }).click()
  await expect(app.getByRole('listitem')).toHaveCount(2)
  await look(admin, 'cases')
  await app.getByRole('listitem').filter({ hasText: '王建国' }).getByRole('link').click()
  await expect(app.getByText('暂无跟进人')).toBeVisible()

  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc
    .getByRole('link', { name: new RegExp(daily) })
    .first()
    .click()
  await pc.getByRole('button', { name: /异常待联系\s*2/ }).click()
  const row = (name: string) => pc.getByRole('row').filter({ hasText: name })
  await expect(row('孙敏')).toContainText('待联系')
  await look(pc, 'console-cases')
  await row('王建国').click()
  const drawer = pc.getByRole('dialog', { name: '王建国' })
  await drawer.getByRole('textbox', { name: '跟进说明' }).fill('电话联系，已在家休息')
  await drawer.getByRole('button', { name: '已联系本人' }).click()
  await expect(drawer.getByText('电话联系，已在家休息')).toBeVisible()
  await expect(drawer.getByText('跟进人：田静')).toBeVisible()
  await look(pc, 'console-case')

  // The phone still shows the case as it was: whoever acts on that is told, and what he typed stays.
  screens.expectConsole(/409 \(Conflict\).*\/acts/)
  const note = app.getByRole('textbox', { name: '跟进说明' })
  await note.fill('已安排就近就诊')
  await app.getByRole('button', { name: '已联系本人' }).click()
  await expect(app.getByRole('alert')).toContainText('其他管理员刚刚处理过，请确认后再操作')
  await expect(app.getByText('电话联系，已在家休息')).toBeVisible()
  await expect(note).toHaveValue('已安排就近就诊')
  await look(admin, 'case-changed')
  await app.getByRole('button', { name: '结束跟进' }).click()
  await expect(app.getByText('已安排就近就诊')).toBeVisible()
  await note.fill('再次发热')
  await app.getByRole('button', { name: '重新打开' }).click()
  await expect(app.getByText('再次发热')).toBeVisible()
  await look(admin, 'case')

  // Corrected by the person herself, a case closes without anybody.
  await file(company, form, '孙敏', today)
  await pc.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
  await pc.getByText('已结束', { exact: true }).first().click()
  await expect(row('孙敏')).toContainText('填报已更正，自动结束')
  await row('孙敏').click()
  await expect(pc.getByRole('dialog', { name: '孙敏' })).toContainText('系统')
  await pc.setViewportSize({ width: 390, height: 844 })
  await look(pc, 'console-case-phone')
  await pc.keyboard.press('Escape')
  await pc.setViewportSize({ width: 320, height: 700 })
  const overflow = () => pc.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(await overflow()).toBeLessThanOrEqual(0)
  await look(pc, 'console-cases-narrow')
})
