import type { FrameLocator } from '@playwright/test'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { Company } from '../support/company.ts'
import { file, healthyDay } from '../support/filling.ts'
import { expect } from '../support/journey.ts'
import { receivedReports, tellReceiver } from '../support/ledgers.ts'
import { look } from '../support/look.ts'
import { openFromWorkbench } from '../support/mini-app.ts'
import { atTimeOf, test } from '../support/own-journey.ts'

test.describe.configure({ mode: 'default' })

const send = (app: FrameLocator) => app.getByRole('button', { name: '企业健康数据上报' })

test('Z-43, Z-44: a receiver that is down shows when it is tried again; after an hour the report arrives, once', async ({
  screens,
  own,
  urls,
}) => {
  await own.putClocks('10:00')
  // After the hour the app's session is over; it signs in again by itself.
  screens.expectConsole(/401 \(Unauthorized\)/)
  const company = await Company.found(urls, '惠济水务', '曹阳')
  const form = await company.publish('zhengzhou/daily')
  await file(company, form, '王建国', healthyDay(civilDayOf(own.now(), 'Asia/Shanghai')))
  await tellReceiver(own, { mode: 'fail', status: 503 })
  const phone = await atTimeOf(own, await screens.open('phone', company.admin))
  const app = await openFromWorkbench(phone, '企业健康数据上报')
  await send(app).click()
  await expect(app.getByRole('status').filter({ hasText: /对方暂时未响应，.*自动重试/ })).toBeVisible()
  await expect(app.getByRole('button', { name: '上报中…' })).toBeDisabled()
  await look(phone, 'health-retrying')
  await app.getByRole('link', { name: '上报记录' }).click()
  await expect(app.getByRole('listitem')).toContainText('重试中')
  await expect(app.getByRole('listitem')).toContainText(/已尝试 \d+ 次/)
  await look(phone, 'health-history-retrying')

  await tellReceiver(own, { mode: 'ok' })
  await own.advance(60 * 60_000)
  // Told by the live connection: nobody reloads.
  await expect(app.getByRole('listitem')).toContainText('已送达', { timeout: 60_000 })
  expect(await receivedReports(own, company, 'health')).toEqual([
    expect.objectContaining({ sequence: 1, counts: expect.objectContaining({ collected: 1 }) as unknown }),
  ])
})

test('Z-43, Z-44: a refusal is told in the receiver’s words and stops; the next report goes through', async ({
  screens,
  own,
  urls,
}) => {
  await own.putClocks('12:00')
  const company = await Company.found(urls, '二七商贸', '邓丽')
  const form = await company.publish('zhengzhou/daily')
  await file(company, form, '王建国', healthyDay(civilDayOf(own.now(), 'Asia/Shanghai')))
  await tellReceiver(own, { mode: 'refuse', status: 422, detail: '企业未在平台备案', times: 1 })
  const phone = await atTimeOf(own, await screens.open('phone', company.admin))
  const app = await openFromWorkbench(phone, '企业健康数据上报')
  await send(app).click()
  await expect(app.getByRole('status').filter({ hasText: '上次上报被退回' })).toContainText(
    '企业未在平台备案',
  )
  await expect(app.getByText('尚未上报')).toBeVisible()
  await look(phone, 'health-refused')
  await app.getByRole('link', { name: '上报记录' }).click()
  await expect(app.getByRole('listitem')).toContainText('被退回')
  await expect(app.getByRole('listitem')).toContainText('企业未在平台备案')
  await phone.getByRole('button', { name: '返回' }).click()

  await send(app).click()
  await expect(app.getByRole('status').filter({ hasText: '上报成功，回执编号' })).toBeVisible()
  expect(await receivedReports(own, company, 'health')).toHaveLength(1)
})
