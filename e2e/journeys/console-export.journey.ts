import { readFile } from 'node:fs/promises'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { bindAdminPhone, signInToConsole } from '../support/console.ts'
import { Company } from '../support/company.ts'
import { file, healthyDay } from '../support/filling.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { test } from '../support/own-journey.ts'

test('Z-36, S-49: an admin exports the answers of a day on the PC and downloads the workbook', async ({
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
})
