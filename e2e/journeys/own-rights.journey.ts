import { readFile } from 'node:fs/promises'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { getSubmission } from '@kangbao/shared/contracts/submissions.ts'
import type { OwnData } from '@kangbao/shared/contracts/own-data.ts'
import { Company } from '../support/company.ts'
import { answerDay, takeNote } from '../support/filling.ts'
import { expect, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { openFromWorkbench } from '../support/mini-app.ts'

const daily = '郑州市企业员工健康上报'

test('X-03, X-04: the notice comes first; what was consented to is withdrawn, copied, seen by whom, and asked to be deleted', async ({
  screens,
  urls,
}) => {
  test.setTimeout(180_000)
  const company = await Company.found(urls, '二七仪表', '谭静')
  const form = await company.publish('zhengzhou/daily')
  const phone = await screens.open('phone', await company.person('王建国'))
  const app = await openFromWorkbench(phone, '智能填表')
  await app.getByRole('link', { name: new RegExp(daily) }).click()
  await expect(app.getByText('公共卫生法定职责（政府要求上报）')).toBeVisible()
  await expect(app.getByRole('checkbox', { checked: true })).toHaveCount(0)
  await look(phone, 'consent-notice')
  await takeNote(app, /健康备注/)
  await answerDay(app, '36.6')
  await app.getByLabel(/备注/).fill('昨晚睡得晚')
  await app.getByRole('button', { name: '提交', exact: true }).click()
  await expect(app.getByRole('heading', { name: '提交成功' })).toBeVisible()

  const admin = await company.adminIn('forms')
  const member = await company.memberIn('forms', '王建国')
  const memberId = member.session.me.member?.id ?? ''
  const period = civilDayOf(Date.now(), 'Asia/Shanghai')
  const params = { formId: form.id, period, memberId }
  expect((await admin.call(getSubmission, { params })).answers['remarks']).toBe('昨晚睡得晚')

  await app.getByRole('link', { name: '返回列表' }).click()
  await app.getByRole('link', { name: '我的', exact: true }).click()
  await expect(app.getByRole('heading', { name: '我的信息', level: 1 })).toBeVisible()
  await expect(app.getByText('查看答卷')).toBeVisible()
  await look(phone, 'me')
  await app.getByRole('button', { name: '撤回同意' }).click()
  await app.getByRole('dialog').getByRole('button', { name: '立即撤回' }).click()
  await expect(app.getByText('已撤回', { exact: true })).toBeVisible()
  expect((await admin.call(getSubmission, { params })).answers['remarks']).toBeUndefined()

  const download = phone.waitForEvent('download')
  await app.getByRole('button', { name: '下载 JSON' }).click()
  const saved = await (await download).path()
  const copy = JSON.parse(await readFile(saved, 'utf8')) as OwnData // by its contract
  expect(copy.profile.name).toBe('王建国')
  expect(copy.answers).toHaveLength(1)
  expect(JSON.stringify(copy)).not.toContain('昨晚睡得晚')

  await app.getByRole('button', { name: '申请删除' }).click()
  await app.getByRole('dialog').getByRole('button', { name: '提交申请' }).click()
  await expect(app.getByText(/将于 .* 前完成删除/)).toBeVisible()
  await expect(app.getByText('已撤回，相关内容已删除')).toBeHidden() // the passing word
  await look(phone, 'me-erasure')
})
