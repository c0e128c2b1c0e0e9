import type { FrameLocator } from '@playwright/test'
import { Company, workshop } from '../support/company.ts'
import { file, healthyDay, workStart } from '../support/filling.ts'
import { expect, test } from '../support/journey.ts'
import { receivedReports } from '../support/ledgers.ts'
import { look } from '../support/look.ts'
import { openCardInChat, openFromWorkbench } from '../support/mini-app.ts'

const figure = (app: FrameLocator, name: string, count: number) =>
  app.getByRole('link', { name: new RegExp(`^${name}\\s*${count}$`) })

test('Z-40 to Z-43: the employment report counts registrations, sends what is new once, and shows its receipt', async ({
  screens,
  urls,
}) => {
  const company = await Company.found(urls, '登封建材', '沈伟')
  const phone = await screens.open('phone', company.admin)
  const app = await openFromWorkbench(phone, '企业用工登记上报')
  await expect(app.getByText('请先在“智能填表”中发布对应的表单')).toBeVisible()
  await expect(app.getByRole('button', { name: '暂无数据上报' })).toBeDisabled()
  await look(phone, 'employment-no-form')

  const form = await company.publish('zhengzhou/work-start')
  const register = (name: string) =>
    file(company, form, name, workStart(name, company.phones[name] ?? '', workshop[name] ?? ''))
  await register('王建国')
  await register('张丽')
  // Nobody reloads.
  await expect(figure(app, '总人数', 6)).toBeVisible()
  await expect(figure(app, '已登记未上报人数', 2)).toBeVisible()
  await expect(figure(app, '未登记人数', 4)).toBeVisible()
  await expect(app.getByText('尚未上报')).toBeVisible()
  await look(phone, 'employment-ready')

  await app.getByRole('button', { name: '企业用工登记上报' }).dblclick()
  await expect(figure(app, '已登记并上报人数', 2)).toBeVisible()
  await expect(figure(app, '已登记未上报人数', 0)).toBeVisible()
  await expect(app.getByRole('status').filter({ hasText: '上报成功，回执编号' })).toBeVisible()
  await expect(app.getByRole('button', { name: '暂无数据上报' })).toBeDisabled()
  await look(phone, 'employment-delivered')
  const reports = await receivedReports({ urls }, company, 'employment')
  expect(reports).toHaveLength(1)
  expect(reports[0]).toMatchObject({
    sequence: 1,
    orderState: 'in-order',
    counts: { totalMembers: 6, registered: 2, registeredNew: 2, notRegistered: 4 },
  })

  await figure(app, '未登记人数', 4).click()
  await expect(app.getByRole('heading', { name: '未登记人数 4' })).toBeVisible()
  await expect(app.getByRole('listitem')).toHaveCount(4)
  await app.getByRole('button', { name: '一键提醒' }).click()
  await app.getByRole('button', { name: '提醒 4 人' }).click()
  await expect(app.getByText('已提醒 4 人')).toBeVisible()
  await look(phone, 'employment-people')
  const missing = await screens.open('phone', await company.person('孙敏'))
  const card = await openCardInChat(missing, '智能填表', /待填写提醒：郑州市企业员工开工登记表/)
  await expect(card.getByRole('heading', { name: '郑州市企业员工开工登记表' })).toBeVisible()

  await phone.getByRole('button', { name: '返回' }).click()
  await register('孙敏')
  await expect(figure(app, '已登记未上报人数', 1)).toBeVisible()
  await app.getByRole('button', { name: '企业用工登记上报' }).click()
  await expect(figure(app, '已登记并上报人数', 3)).toBeVisible()
  await app.getByRole('link', { name: '上报记录' }).click()
  const history = app.getByRole('listitem')
  await expect(history).toHaveCount(2)
  await expect(history.first()).toContainText('第 2 次上报')
  await expect(history.first()).toContainText('沈伟 上报')
  await expect(history.first()).toContainText('已送达')
  await expect(history.first()).toContainText('回执编号')
  await expect(history.first()).toContainText('本次新增1')
  await look(phone, 'employment-history')
})

test('Z-40 to Z-43: the health report sends the state of the day, may be sent again, and the newest stands', async ({
  screens,
  urls,
}) => {
  const company = await Company.found(urls, '巩义铝业', '韩雪')
  const form = await company.publish('zhengzhou/daily')
  await file(company, form, '王建国', healthyDay())
  await file(company, form, '孙敏', { ...healthyDay(), temperature: 37.8, symptoms: ['fever'] })
  const phone = await screens.open('phone', company.admin)
  const app = await openFromWorkbench(phone, '企业健康数据上报')
  await expect(figure(app, '总人数', 6)).toBeVisible()
  await expect(figure(app, '已收集', 2)).toBeVisible()
  await expect(figure(app, '未收集', 4)).toBeVisible()
  await expect(figure(app, '今日异常', 1)).toBeVisible()
  await look(phone, 'health-ready')
  await app.getByRole('button', { name: '企业健康数据上报' }).click()
  await expect(app.getByRole('status').filter({ hasText: '上报成功，回执编号' })).toBeVisible()
  await expect(app.getByText('尚未上报')).toBeHidden()

  await file(company, form, '李晓梅', healthyDay())
  await expect(figure(app, '已收集', 3)).toBeVisible()
  const again = app.getByRole('button', { name: '企业健康数据上报' })
  await expect(again).toBeEnabled()
  await again.click()
  await expect
    .poll(() => receivedReports({ urls }, company, 'health'))
    .toEqual([
      expect.objectContaining({
        sequence: 1,
        counts: { totalMembers: 6, collected: 2, notCollected: 4, abnormal: 1, fever: 1 },
      }),
      expect.objectContaining({
        sequence: 2,
        counts: { totalMembers: 6, collected: 3, notCollected: 3, abnormal: 1, fever: 1 },
      }),
    ])
  await figure(app, '今日异常', 1).click()
  await expect(app.getByRole('listitem')).toHaveCount(1)
  await expect(app.getByRole('listitem')).toContainText('孙敏')
  await phone.getByRole('button', { name: '返回' }).click()
  await app.getByRole('link', { name: '上报记录' }).click()
  await expect(app.getByRole('listitem').filter({ hasText: '已送达' })).toHaveCount(2)
  await look(phone, 'health-history')
})
