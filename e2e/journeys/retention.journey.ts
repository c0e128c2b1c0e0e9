import type { Page } from '@playwright/test'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { getSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { bindAdminPhone, proveInConsole, signInToConsole } from '../support/console.ts'
import { barriersOn } from '../support/accessibility.ts'
import { Company } from '../support/company.ts'
import { file, healthyDay, workStart } from '../support/filling.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { test } from '../support/own-journey.ts'

const daily = '郑州市企业员工健康上报'
const registration = '郑州市企业员工开工登记表'
/** What the next sweep deletes of a form. */
const next = (pc: Page, title: string) => pc.getByRole('listitem').filter({ hasText: title })

test('X-04: the preview says what goes next, a hold keeps it, the sweep deletes the rest and signs what it did', async ({
  screens,
  own,
  urls,
}) => {
  test.setTimeout(240_000)
  screens.expectConsole(/status of 403/) // the second proof is asked for by a refusal
  await own.putClocks('10:00')
  const day = civilDayOf(own.now(), 'Asia/Shanghai')
  const company = await Company.found(urls, '新郑枣业', '岳宁')
  const kept = { retentionDays: 7 }
  const form = await company.publish('zhengzhou/daily', kept)
  const once = await company.publish('zhengzhou/work-start', kept)
  await file(company, form, '王建国', healthyDay(day))
  await file(company, form, '张丽', healthyDay(day))
  const phone = company.phones['王建国'] ?? ''
  await file(company, once, '王建国', workStart('王建国', phone, '生产部-一车间', day))

  await own.putClocks('03:00', 8)
  const adminPhone = await bindAdminPhone(own, company)
  const pc = await signInToConsole(own, screens, adminPhone)
  await pc.getByRole('link', { name: '数据保留与删除' }).click()
  await expect(next(pc, daily)).toContainText('保存 7 天')
  await expect(next(pc, daily)).toContainText('2 份填报到期')
  await expect(next(pc, registration)).toContainText('1 份填报到期')

  await pc.getByRole('button', { name: '设置保留' }).click()
  const hold = pc.getByRole('dialog', { name: '设置保留' })
  await hold.getByText('全部表单').click()
  await pc.getByRole('option', { name: registration }).click()
  await hold.getByRole('button', { name: '设置保留' }).click()
  await expect(hold.getByText('请说明原因，至少 4 个字')).toBeVisible()
  await hold.getByRole('textbox', { name: '理由' }).fill('配合市卫健委调查')
  await look(pc, 'retention-hold')
  await hold.getByRole('button', { name: '设置保留' }).click()
  await proveInConsole(pc, company)
  await expect(pc.getByRole('table', { name: '法定保留' })).toContainText('配合市卫健委调查')
  await expect(next(pc, registration)).toContainText('1 份填报到期，保留中不删除')
  await look(pc, 'retention-preview')

  // Every org has its minute between ten past four and five.
  await own.putClocks('05:05', 8)
  // By then a session has rested too long.
  const after = await signInToConsole(own, screens, adminPhone)
  await after.getByRole('link', { name: '数据保留与删除' }).click()
  await expect(after.getByRole('heading', { name: '数据保留与删除' })).toBeVisible()
  const sweeps = after.getByRole('table', { name: '清理记录' })
  await expect(async () => {
    await after.reload()
    await expect(sweeps.getByText('签名有效')).toBeVisible({ timeout: 5_000 })
  }).toPass({ timeout: 90_000 })
  await expect(next(after, daily)).toContainText('无到期内容')
  await expect(next(after, registration)).toContainText('1 份填报到期，保留中不删除')
  await sweeps.getByRole('row').filter({ hasText: '签名有效' }).click()
  const summary = after.getByRole('dialog', { name: / 的清理$/ })
  await expect(summary).toContainText(daily)
  await expect(summary).toContainText(/填报\s*2/)
  await expect(summary).not.toContainText(registration)
  await expect(summary).toContainText(/[0-9a-f]{64}/)
  await look(after, 'retention-sweep')
  expect(await barriersOn(after)).toEqual([])
  await after.keyboard.press('Escape')
  await after.setViewportSize({ width: 320, height: 640 })
  const overflow = () => after.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  await expect.poll(overflow).toBeLessThanOrEqual(0)
  expect(await barriersOn(after)).toEqual([])

  // The answers are gone, the held ones are not.
  const admin = await company.adminIn('forms')
  const memberId = (await company.memberIn('forms', '王建国')).session.me.member?.id ?? ''
  const at = (formId: string, period: string) =>
    admin.try(getSubmission, { params: { formId, period, memberId } })
  expect((await at(form.id, day)).status).toBe(404)
  expect((await at(once.id, 'once')).status).toBe(200)
})
