import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { Company } from '../support/company.ts'
import { file, healthyDay } from '../support/filling.ts'
import { expect } from '../support/journey.ts'
import { receivedReports } from '../support/ledgers.ts'
import { look } from '../support/look.ts'
import { atTimeOf, test } from '../support/own-journey.ts'

test('Z-45: the operator enters by the one-time link, sees the state and the orgs, starts the daily run and follows it to each org', async ({
  screens,
  own,
  urls,
}) => {
  screens.expectConsole(/status of 40[13]/)
  await own.putClocks('15:00')
  const company = await Company.found(urls, '郑东软件', '叶红')
  const idle = await Company.found(urls, '新密陶瓷', '邱平')
  const form = await company.publish('zhengzhou/daily')
  await file(company, form, '王建国', healthyDay(civilDayOf(own.now(), 'Asia/Shanghai')))

  const pc = await atTimeOf(own, await screens.open('pc'))
  const link = `${own.urls.adminConsole}#/setup/${own.stack.secrets.setupToken}`
  await pc.goto(link)
  await expect(pc.getByRole('heading', { name: '系统状态' })).toBeVisible()
  await expect(pc).not.toHaveURL(/setup/)
  await expect(pc.getByRole('status').filter({ hasText: '一切正常' })).toBeVisible()
  await look(pc, 'console-status')

  await pc.getByRole('link', { name: '已开通组织' }).click()
  const row = (name: string) => pc.getByRole('row').filter({ hasText: name })
  await expect(row(company.name)).toContainText('使用中')
  await expect(row(company.name)).toContainText('智能填表')
  await expect(row(idle.name)).toBeVisible()
  await look(pc, 'console-orgs')

  await pc.getByRole('link', { name: '自动上报' }).click()
  await expect(pc.getByText('还没有自动上报')).toBeVisible()
  await pc.getByRole('button', { name: '立即开始' }).click()
  await pc.getByRole('menuitem', { name: '企业健康数据上报' }).click()
  await look(pc, 'console-run-confirm')
  await pc.getByRole('dialog').getByRole('button', { name: '立即开始' }).click()
  await expect(row(company.name)).toContainText('已送达', { timeout: 60_000 })
  await expect(pc.getByText('已完成')).toBeVisible({ timeout: 30_000 })
  await look(pc, 'console-run')
  const [report] = await receivedReports(own, company, 'health')
  expect(report).toMatchObject({ sequence: 1, counts: { totalMembers: 6, collected: 1, notCollected: 5 } })
  await expect(row(company.name)).toContainText(report?.receiptNo ?? 'no receipt')

  await pc.getByRole('link', { name: '自动上报' }).click()
  await expect(row('企业健康数据上报')).toContainText('已完成')
  await look(pc, 'console-runs')

  // The link has worked once.
  const second = await screens.open('pc')
  await second.goto(link)
  await expect(second.getByText('初始化链接只能使用一次')).toBeVisible()
  await look(second, 'console-setup-used')
})
