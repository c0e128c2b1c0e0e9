import { readFile } from 'node:fs/promises'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { bindAdminPhone, proveInConsole, signInToConsole } from '../support/console.ts'
import { Company } from '../support/company.ts'
import { file, healthyDay } from '../support/filling.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { test } from '../support/own-journey.ts'

test('X-05, S-46: a look at answers stands in the audit log; an admin finds it, verifies the log and takes it away', async ({
  screens,
  own,
  urls,
}) => {
  screens.expectConsole(/status of 403/)
  await own.putClocks('10:00')
  const company = await Company.found(urls, '惠济电气', '邵岚')
  const form = await company.publish('zhengzhou/daily')
  await file(company, form, '王建国', healthyDay(civilDayOf(own.now(), 'Asia/Shanghai')))

  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc
    .getByRole('link', { name: /郑州市企业员工健康上报/ })
    .first()
    .click()
  await pc.getByRole('button', { name: /^已填\s*1/ }).click()
  await pc.getByRole('row').filter({ hasText: '王建国' }).click()
  await expect(pc.getByText('个人健康信息，本次查看已记入审计日志')).toBeVisible()
  await pc.keyboard.press('Escape')

  await pc.getByRole('link', { name: '审计日志' }).click()
  const log = pc.getByRole('table', { name: '审计日志' })
  const entry = log.getByRole('row').filter({ hasText: '查看答卷' })
  await expect(entry).toContainText('邵岚')
  await expect(entry).toContainText('王建国')
  await look(pc, 'console-audit')

  await pc.getByRole('radiogroup', { name: '类型' }).getByText('变更').click()
  await expect(entry).toHaveCount(0)
  await expect(log.getByRole('row').filter({ hasText: '发布表单' })).toBeVisible()
  await pc.getByRole('radiogroup', { name: '类型' }).getByText('查看').click()
  await expect(entry).toHaveCount(1)
  await entry.click()
  await expect(pc.getByRole('dialog', { name: '查看答卷' })).toContainText('王建国')
  await look(pc, 'console-audit-entry')
  await pc.keyboard.press('Escape')

  await pc.getByRole('button', { name: '校验完整性' }).click()
  const verdict = pc.getByRole('dialog', { name: '校验完整性' })
  await expect(verdict).toContainText('日志完整')
  await look(pc, 'console-audit-whole')
  await pc.keyboard.press('Escape')

  await pc.getByRole('button', { name: '导出' }).click()
  const saved = pc.waitForEvent('download')
  await proveInConsole(pc, company)
  const csv = await readFile(await (await saved).path(), 'utf8')
  expect(csv).toContain('"查看答卷","邵岚"')
  await expect(log.getByRole('row').filter({ hasText: '导出审计日志' })).toBeVisible()

  await pc.setViewportSize({ width: 390, height: 844 })
  await look(pc, 'console-audit-phone')
  await pc.setViewportSize({ width: 320, height: 700 })
  const overflow = () => pc.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(await overflow()).toBeLessThanOrEqual(0)
})
