import { readFile } from 'node:fs/promises'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { bindAdminPhone, signInToConsole } from '../support/console.ts'
import { Company } from '../support/company.ts'
import { file, healthyDay } from '../support/filling.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { test } from '../support/own-journey.ts'

test('Z-36, S-49: an admin exports the answers of a day on the PC, downloads the workbook, and has it made daily', async ({
  screens,
  own,
  urls,
}) => {
  await own.putClocks('10:00')
  const company = await Company.found(urls, '金水电气', '邵岚')
  const form = await company.publish('zhengzhou/daily')
  await file(company, form, '王建国', healthyDay(civilDayOf(own.now(), 'Asia/Shanghai')))

  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc
    .getByRole('link', { name: /郑州市企业员工健康上报/ })
    .first()
    .click()
  await pc.getByRole('button', { name: '导出' }).click()
  const dialog = pc.getByRole('dialog', { name: '导出答卷' })
  await expect(dialog.getByText('还没有导出')).toBeVisible()
  await look(pc, 'console-export')
  await dialog.getByRole('button', { name: '开始导出' }).click()
  const mine = dialog.getByRole('region', { name: '我的导出' })
  await expect(mine.getByRole('listitem')).toContainText('已完成', { timeout: 30_000 })
  await expect(mine.getByRole('listitem')).toContainText('还可下载 5 次')
  await look(pc, 'console-export-ready')
  const saved = pc.waitForEvent('download')
  await mine.getByRole('button', { name: '下载' }).click()
  const bytes = await readFile(await (await saved).path())
  expect(bytes.subarray(0, 2).toString()).toBe('PK')
  await expect(mine.getByRole('listitem')).toContainText('还可下载 4 次')

  await pc.setViewportSize({ width: 390, height: 844 })
  await look(pc, 'console-export-phone')
  await pc.setViewportSize({ width: 320, height: 700 })
  const overflow = () => pc.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(await overflow()).toBeLessThanOrEqual(0)
  await mine.getByRole('button', { name: '删除' }).click()
  await expect(dialog.getByText('还没有导出')).toBeVisible()
  await pc.setViewportSize({ width: 1280, height: 900 })

  // At a set time: the link goes to the admin himself, and the file lies among his exports.
  await dialog.getByText('定时导出').click()
  await expect(dialog.getByText('还没有定时导出')).toBeVisible()
  // The picker takes what is typed once its panel has come, which may be after the first key.
  const hour = dialog.getByRole('combobox', { name: '时间' })
  await expect(async () => {
    await hour.fill('10:30')
    await hour.press('Enter')
    await expect(hour).toHaveAttribute('aria-expanded', 'false', { timeout: 1_000 })
    await expect(hour).toHaveValue('10:30', { timeout: 1_000 })
  }).toPass({ timeout: 15_000 })
  await look(pc, 'console-schedule')
  await dialog.getByRole('button', { name: '添加定时导出' }).click()
  const planned = dialog.getByRole('region', { name: '已设置的定时导出' })
  await expect(planned.getByText('明细表 · 昨天 · 每天 10:30')).toBeVisible()
  // By then the session wants renewing, which the browser notes.
  screens.expectConsole(/status of 401/)
  await own.putClocks('10:31')
  const sent = async () => {
    await dialog.getByText('现在导出').click()
    await dialog.getByText('定时导出').click()
    await expect(planned.getByText('已发送链接')).toBeVisible({ timeout: 2_000 })
  }
  await expect(sent).toPass({ timeout: 60_000 })
  await look(pc, 'console-schedule-sent')
  await pc.setViewportSize({ width: 320, height: 700 })
  expect(await overflow()).toBeLessThanOrEqual(0)
  await look(pc, 'console-schedule-phone')
  await planned.getByRole('button', { name: '暂停' }).click()
  await expect(planned.getByText('已暂停')).toBeVisible()
  await planned.getByRole('button', { name: '删除' }).click()
  await pc.getByRole('dialog', { name: '删除这个定时导出？' }).getByRole('button', { name: '删除' }).click()
  await expect(dialog.getByText('还没有定时导出')).toBeVisible()
  await dialog.getByText('现在导出').click()
  await expect(mine.getByRole('listitem')).toContainText('还可下载 5 次')
})
