import { readFile } from 'node:fs/promises'
import { addDays, civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { Company } from '../support/company.ts'
import { bindAdminPhone, signInToConsole } from '../support/console.ts'
import { file, healthyDay } from '../support/filling.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { test } from '../support/own-journey.ts'

test('Z-36: an admin narrows the charts by a bar and by days, hides small numbers, and saves a picture without them', async ({
  screens,
  own,
  urls,
}) => {
  await own.putClocks('10:00')
  const company = await Company.found(urls, '惠济食品', '方琳')
  const form = await company.publish('zhengzhou/daily')
  const today = civilDayOf(own.now(), 'Asia/Shanghai')
  const day = healthyDay(today)
  await file(company, form, '王建国', day)
  await file(company, form, '李晓梅', { ...day, 'at-work': 'no' })
  await file(company, form, '赵志强', day)
  await file(company, form, '张丽', day)
  await file(company, form, '孙敏', { ...day, temperature: 38.6, 'at-work': 'no' })

  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc
    .getByRole('link', { name: /郑州市企业员工健康上报/ })
    .first()
    .click()
  await pc.getByRole('link', { name: '统计', exact: true }).click()
  const card = (name: string) => pc.locator('section').filter({ has: pc.getByRole('heading', { name }) })
  const bar = (question: string, name: RegExp) => card(question).getByRole('button', { name })
  await expect(bar('今日是否到岗', /^是\s*3/)).toBeVisible()
  await expect(bar('今日体温', /38.5 ℃ 及以上\s*1/)).toBeVisible()
  await look(pc, 'statistics-all')

  // A bar narrows the others, and keeps its own question as it is.
  await bar('今日是否到岗', /^否\s*2/).click()
  await expect(pc.getByText('共 2 份答卷')).toBeVisible()
  await expect(bar('今日体温', /38.5 ℃ 及以上\s*1/)).toBeVisible()
  await expect(bar('今日是否到岗', /^是\s*3/)).toBeVisible()
  await expect(pc).toHaveURL(/facets=\d+/)
  await look(pc, 'statistics-narrowed')
  await pc.reload()
  await expect(pc.getByText('共 2 份答卷')).toBeVisible()
  await pc.getByRole('button', { name: '移除筛选：今日是否到岗：否' }).click()
  await expect(pc.getByText('共 5 份答卷')).toBeVisible()
  await expect(pc).not.toHaveURL(/facets/)

  // Over two days there is a bar for each; small numbers go when they are to be hidden.
  const address = new URL(pc.url())
  address.hash = `${address.hash.split('?')[0] ?? ''}?from=${addDays(today, -1)}&until=${today}`
  await pc.goto(address.href)
  await expect(pc.getByText('共 5 份答卷')).toBeVisible()
  await pc.getByText('隐藏小于 5 的数字').click()
  await expect(bar('今日是否到岗', /^是\s*已隐藏/)).toBeVisible()
  await expect(pc.getByText('小于 5 的数字和能推算出它们的数字已隐藏')).toBeVisible()
  await look(pc, 'statistics-hidden')
  const saved = pc.waitForEvent('download')
  await pc.getByRole('button', { name: '保存图片' }).click()
  const bytes = await readFile(await (await saved).path())
  expect(bytes.subarray(1, 4).toString()).toBe('PNG')

  await pc.emulateMedia({ media: 'print' })
  await expect(pc.getByRole('button', { name: '保存图片' })).toBeHidden()
  await expect(card('今日体温')).toBeVisible()
  await pc.emulateMedia({ media: 'screen' })
  await pc.setViewportSize({ width: 320, height: 700 })
  const overflow = () => pc.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  await expect.poll(overflow).toBeLessThanOrEqual(0)
  await look(pc, 'statistics-narrow-screen')
})
