import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { listMySubmissions } from '@kangbao/shared/contracts/submissions.ts'
import { figure } from '@kangbao/launcher/figure.ts'
import { Company } from '../support/company.ts'
import { file, healthyDay } from '../support/filling.ts'
import { expect } from '../support/journey.ts'
import { look, lookNarrow } from '../support/look.ts'
import { miniApp, openCardInChat, openFormsToManage } from '../support/mini-app.ts'
import { atTimeOf, test } from '../support/own-journey.ts'

const daily = '郑州市企业员工健康上报'
const dayMs = 86_400_000

test('Z-33, Z-34, Z-35: the next morning a card comes by itself, an unchanged day takes two taps and a temperature, and only an admin corrects the day before', async ({
  screens,
  own,
  urls,
}) => {
  test.setTimeout(240_000)
  await own.putClocks('07:30')
  const company = await Company.found(urls, '上街电气', '傅强')
  const yesterday = civilDayOf(own.now(), 'Asia/Shanghai')
  const form = await company.publish('zhengzhou/daily', {
    repeat: { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '08:00' },
  })
  await file(company, form, '王建国', healthyDay(yesterday))
  await own.advance(dayMs + 31 * 60_000) // 08:01 the next day

  const worker = await atTimeOf(own, await screens.open('phone', await company.person('王建国')))
  await expect(async () => {
    await worker.goto('/messages')
    await expect(worker.getByRole('link', { name: /智能填表/ })).toBeVisible({ timeout: 2_000 })
  }).toPass({ timeout: 60_000 })
  const app = await openCardInChat(worker, '智能填表', new RegExp(daily))
  const opened = performance.now()
  const same = app.getByRole('region', { name: /^和 .*一样？$/ })
  for (const words of ['金水区', '是否隔离', '今日是否到岗', '今日症状', '接触过确诊或疑似病例'])
    await expect(same).toContainText(words)
  await expect(
    app.getByRole('group', { name: /今日症状/ }).getByRole('checkbox', { checked: true }),
  ).toHaveCount(0)
  await look(worker, 'fill-same')
  await lookNarrow(worker, 'fill-same-narrow')

  let taps = 0
  const tap = async (name: string) => {
    taps += 1
    await app.getByRole('button', { name, exact: true }).tap()
  }
  await tap('和上次一样，以上均属实，我确认')
  const temperature = app.getByLabel(/今日体温/)
  await expect(temperature).toBeFocused()
  await expect(temperature).toHaveValue('')
  await expect(app.getByText('已沿用 3 项，可逐项修改')).toHaveCount(1)
  await look(worker, 'fill-same-done')
  await temperature.pressSequentially('367')
  await tap('提交')
  await expect(app.getByRole('heading', { name: '提交成功' })).toBeVisible()
  figure({
    id: 'Z-34',
    n: 1,
    value: taps,
    unit: 'taps from the form to the receipt',
    target: '<=2',
    ok: taps <= 2,
  })
  const seconds = Math.round((performance.now() - opened) / 100) / 10
  figure({
    id: 'Z-34',
    n: 1,
    value: seconds,
    unit: 's from the form to the receipt',
    target: '<=15',
    ok: true,
  })
  expect(taps).toBeLessThanOrEqual(2)
  const member = await company.memberIn('forms', '王建国')
  const { items } = await member.call(listMySubmissions, { query: {} })
  expect(items.map(({ period, revision }) => ({ period, revision }))).toEqual([
    { period: civilDayOf(own.now(), 'Asia/Shanghai'), revision: 1 },
    { period: yesterday, revision: 1 },
  ])

  const admin = await atTimeOf(own, await screens.open('phone', company.admin))
  const manage = await openFormsToManage(admin)
  await manage.getByRole('link', { name: new RegExp(daily) }).click()
  await manage.getByLabel('日期').fill(yesterday)
  await manage.getByRole('link', { name: /^已收集\s*1$/ }).click()
  await manage
    .getByRole('listitem')
    .getByRole('link', { name: /王建国/ })
    .click()
  await manage.getByRole('button', { name: '更正' }).click()
  await manage.getByLabel(/今日体温/).fill('37.4')
  const save = manage.getByRole('button', { name: '保存更正' })
  await expect(save).toBeDisabled()
  await manage.getByRole('textbox', { name: '更正原因' }).fill('本人电话说明体温填写有误')
  await look(admin, 'submission-correct')
  await save.click()
  await expect(manage.getByText('已更正')).toBeVisible()
  await expect(manage.getByText('37.4')).toBeVisible()
  await expect(manage.getByText('原因：本人电话说明体温填写有误')).toBeVisible()
  await expect(manage.getByText('第 2 版')).toBeVisible()
  await look(admin, 'submission-corrected')
  await admin.getByRole('button', { name: '返回' }).click()
  await admin.getByRole('button', { name: '返回' }).click()
  await expect(miniApp(admin).getByRole('link', { name: /^异常\s*1$/ })).toBeVisible()
  await look(admin, 'form-trend')
})
