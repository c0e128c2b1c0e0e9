import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { bindTo, codeSentBy } from '../drivers/sandbox.ts'
import { AuthenticatorApp } from '../support/authenticator.ts'
import { Company } from '../support/company.ts'
import { file, healthyDay } from '../support/filling.ts'
import { expect, newPhone } from '../support/journey.ts'
import { receivedReports } from '../support/ledgers.ts'
import { look } from '../support/look.ts'
import { openFromWorkbench } from '../support/mini-app.ts'
import { atTimeOf, test } from '../support/own-journey.ts'

test.describe.configure({ mode: 'default' })

const daily = '郑州市企业员工健康上报'

test('Z-23, Z-36, Z-42: an admin signs in on a PC by SMS, reads completeness and statistics, reminds, and reports', async ({
  screens,
  own,
  urls,
}) => {
  await own.putClocks('10:00')
  const company = await Company.found(urls, '经开汽车', '魏霞')
  const form = await company.publish('zhengzhou/daily')
  const member = await company.adminIn('forms')
  const phone = newPhone()
  await bindTo(member, urls, phone)
  const today = civilDayOf(own.now(), 'Asia/Shanghai')
  await file(company, form, '王建国', healthyDay(today))
  await file(company, form, '孙敏', {
    ...healthyDay(today),
    temperature: 37.9,
    symptoms: ['fever', 'fatigue'],
  })

  await own.advance(2 * 60_000) // the next code may be asked for
  const pc = await atTimeOf(own, await screens.open('pc'))
  await pc.goto(urls.adminConsole)
  await look(pc, 'console-sign-in')
  await pc.getByLabel('手机号').fill(phone)
  const code = await codeSentBy(urls, phone, () => pc.getByRole('button', { name: '获取验证码' }).click())
  await pc.getByLabel('验证码').fill(code)
  await pc.getByRole('button', { name: '登录', exact: true }).click()
  await expect(pc.getByRole('heading', { name: '智能填表' })).toBeVisible()
  await look(pc, 'console-forms')
  await pc
    .getByRole('link', { name: new RegExp(daily) })
    .first()
    .click()

  const tile = (name: string, count: number) =>
    pc.getByRole('button', { name: new RegExp(`^${name}\\s*${count}(\\D|$)`) })
  await expect(tile('应填人数', 6)).toBeVisible()
  await expect(tile('已填', 2)).toBeVisible()
  await expect(tile('未填', 4)).toBeVisible()
  await expect(tile('异常', 1)).toBeVisible()
  await look(pc, 'console-completeness')

  const table = pc.getByRole('table', { name: '人员明细' })
  await tile('异常', 1).click()
  await expect(table.getByRole('row').filter({ hasText: '孙敏' })).toContainText('体温 ≥ 37.3 ℃')
  await table.getByRole('row').filter({ hasText: '孙敏' }).click()
  await expect(pc.getByText('37.9')).toBeVisible()
  await expect(pc.getByText('个人健康信息，本次查看已记入审计日志')).toBeVisible()
  await look(pc, 'console-submission')
  await pc.keyboard.press('Escape')
  await expect(pc.getByText('个人健康信息，本次查看已记入审计日志')).toBeHidden()

  // Live: a colleague files, nobody reloads.
  await file(company, form, '李晓梅', healthyDay(today))
  await expect(tile('已填', 3)).toBeVisible()
  await tile('未填', 3).click()
  await expect(table.getByRole('row')).toHaveCount(4)
  await pc.getByRole('searchbox', { name: '搜索姓名或拼音' }).fill('zzq')
  await expect(table.getByRole('row')).toHaveCount(2)
  await expect(table.getByRole('row').filter({ hasText: '赵志强' })).toBeVisible()
  await pc.getByRole('button', { name: '清除筛选' }).click()
  await tile('未填', 3).click()
  await pc.getByRole('button', { name: '提醒全部未填' }).click()
  await pc.getByRole('dialog').getByRole('button', { name: '提醒填写' }).click()
  await expect(pc.getByText('已提醒 3 人')).toBeVisible()

  // Somebody is on leave: excused on the board, and listed in the directory.
  const row = table.getByRole('row').filter({ hasText: '赵志强' })
  await row.getByRole('button', { name: '请假' }).click()
  await look(pc, 'console-absence')
  await pc.getByRole('dialog').getByRole('button', { name: '登记' }).click()
  await expect(tile('未填', 2)).toBeVisible()
  await tile('免填', 1).click()
  await expect(row).toContainText('请假，至')
  await look(pc, 'console-excused')
  await row.getByRole('button', { name: '结束请假' }).click()
  await pc.getByRole('dialog').getByRole('button', { name: '结束请假' }).click()
  await expect(tile('未填', 3)).toBeVisible()

  await pc.getByRole('link', { name: '统计', exact: true }).click()
  await expect(pc.getByRole('heading', { name: '今日体温' })).toBeVisible()
  await look(pc, 'console-statistics')

  await pc.getByRole('link', { name: '企业健康数据上报' }).click()
  await expect(pc.getByRole('heading', { name: '企业健康数据上报' })).toBeVisible()
  await pc.getByRole('button', { name: '企业健康数据上报' }).click()
  await pc.getByRole('dialog').getByRole('button', { name: '确认上报' }).click()
  await expect(pc.getByRole('row').filter({ hasText: '已送达' })).toBeVisible()
  await look(pc, 'console-report')
  const [report] = await receivedReports(own, company, 'health')
  expect(report?.counts).toMatchObject({
    totalMembers: 6,
    collected: 3,
    notCollected: 3,
    abnormal: 1,
    fever: 1,
  })
  await expect(pc.getByRole('row').filter({ hasText: report?.receiptNo ?? 'no receipt' })).toBeVisible()
  await pc.getByRole('button', { name: /今日未采集/ }).click()
  await expect(pc.getByRole('table', { name: '今日未采集' }).getByRole('row')).toHaveCount(4)
})

test('Z-45, R-20: the operator enters by the one-time link, sees the state and the orgs, tries an endpoint, starts the daily run and follows it to each org', async ({
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

  await pc.getByRole('link', { name: '上报接口' }).click()
  await expect(row('默认接口')).toContainText('其余地区')
  await look(pc, 'console-endpoints')
  await pc.getByRole('button', { name: '新增接口' }).click()
  await expect(pc.getByRole('dialog', { name: '新增接口' })).toBeVisible()
  await look(pc, 'console-endpoint-new')
  await pc.getByRole('dialog', { name: '新增接口' }).getByRole('button', { name: '取消' }).click()
  await row('默认接口').click()
  await pc.getByRole('button', { name: '测试连接' }).click()
  await expect(pc.getByText('应答正常，双方签名有效').first()).toBeVisible()
  await look(pc, 'console-endpoint')

  await pc.getByRole('link', { name: '自动上报' }).click()
  await expect(pc.getByText('还没有自动上报')).toBeVisible()
  await pc.getByRole('button', { name: '立即开始' }).click()
  await look(pc, 'console-run-confirm')
  await pc
    .getByRole('dialog', { name: '立即开始' })
    .getByRole('button', { name: '开始', exact: true })
    .click()
  // A run for every org asks for a second proof (S-22), and the operator has none yet.
  const proof = pc.getByRole('dialog', { name: '再次验证身份' })
  await expect(proof).toContainText('还没有设置身份验证器')
  await look(pc, 'console-step-up-first')
  await proof.getByRole('button', { name: '设置身份验证器' }).click()
  await expect(pc.getByRole('heading', { name: '登录与安全' })).toBeVisible()
  await expect(proof).toBeHidden()
  await pc.getByRole('button', { name: '设置身份验证器' }).click()
  const app = await AuthenticatorApp.from(pc, () => own.now())
  await look(pc, 'console-authenticator')
  await pc.getByLabel('应用中显示的验证码').fill(app.code())
  await pc.getByRole('button', { name: '确认', exact: true }).click()
  await expect(pc.getByText('身份验证器已启用')).toBeVisible()
  await look(pc, 'console-security-operator')

  await own.advance(6 * 60_000) // the proof just given has gone stale
  await pc.getByRole('link', { name: '自动上报' }).click()
  await pc.getByRole('button', { name: '立即开始' }).click()
  await pc
    .getByRole('dialog', { name: '立即开始' })
    .getByRole('button', { name: '开始', exact: true })
    .click()
  await expect(proof).toContainText('请输入身份验证器中显示的 6 位验证码')
  await proof.getByLabel('验证码').fill(app.code())
  await look(pc, 'console-step-up')
  await proof.getByRole('button', { name: '确认' }).click()
  await expect(row(company.name)).toContainText('已送达', { timeout: 60_000 })
  await expect(pc.getByText('已完成')).toBeVisible({ timeout: 30_000 })
  await expect(row(idle.name)).toContainText('表单尚未发布')
  await look(pc, 'console-run')
  const [report] = await receivedReports(own, company, 'health')
  expect(report).toMatchObject({ sequence: 1, counts: { totalMembers: 6, collected: 1, notCollected: 5 } })
  await expect(row(company.name)).toContainText(report?.receiptNo ?? 'no receipt')

  // What was skipped is reported once its form is published.
  await idle.publish('zhengzhou/daily')
  await pc.getByRole('button', { name: '再报一次' }).click()
  await pc.getByRole('dialog').getByRole('button', { name: '再报一次' }).click()
  await expect(row(idle.name)).toContainText('已送达', { timeout: 60_000 })

  await pc.getByRole('link', { name: '自动上报' }).click()
  await expect(row('企业健康数据上报')).toContainText('已完成')
  await look(pc, 'console-runs')

  // While the receiver is away by plan, deliveries stop; what a company reports meanwhile says so and goes later.
  await pc.getByRole('button', { name: '暂停送达' }).click()
  const stop = pc.getByRole('dialog', { name: '暂停送达' })
  await stop.getByRole('textbox').fill('接收方系统升级')
  await look(pc, 'console-pause')
  await stop.getByRole('button', { name: '暂停送达' }).click()
  const stopped = pc.getByRole('status').filter({ hasText: '接收方系统升级' })
  await expect(stopped).toBeVisible()
  await look(pc, 'console-paused')
  const phone = await atTimeOf(own, await screens.open('phone', company.admin))
  const health = await openFromWorkbench(phone, '企业健康数据上报')
  await health.getByRole('button', { name: '企业健康数据上报' }).click()
  await expect(health.getByRole('status').filter({ hasText: '暂停了送达（接收方系统升级）' })).toBeVisible()
  await look(phone, 'health-paused')
  await stopped.getByRole('button', { name: '恢复送达' }).click()
  await expect(stopped).toBeHidden()
  await expect(health.getByRole('status').filter({ hasText: '上报成功，回执编号' })).toBeVisible({
    timeout: 60_000,
  })

  // What both sides hold is compared, and what one of them has otherwise is named.
  const compareToday = async () => {
    await pc.getByRole('link', { name: '上报核对' }).click()
    await pc.getByRole('combobox', { name: '选择日期' }).fill(civilDayOf(own.now(), 'Asia/Shanghai'))
    await pc.getByRole('combobox', { name: '选择日期' }).press('Enter')
    await pc.getByRole('button', { name: '立即核对' }).click()
  }
  await compareToday()
  await expect(pc.getByText('两边的上报逐条一致')).toBeVisible({ timeout: 30_000 })
  await look(pc, 'console-comparison-agreed')
  const [org] = await own.rows<{ id: string }>('', 'select id from orgs where corp_id = $1', [company.corpId])
  await own.rows(org?.id ?? '', `update reports set receipt_no = 'R-OTHER' where sequence = 1`)
  await compareToday()
  await expect(row(company.name)).toContainText('内容不同', { timeout: 30_000 })
  await expect(row(company.name)).toContainText('回执编号')
  await look(pc, 'console-comparison')
  await pc.getByRole('link', { name: '上报核对' }).click()
  await expect(pc.getByRole('table').getByText('不一致').last()).toBeVisible()
  await look(pc, 'console-comparisons')

  // The link alone has worked once; with a code of the authenticator it works again (S-23).
  await own.advance(60_000)
  const second = await atTimeOf(own, await screens.open('pc'))
  await second.goto(link)
  await expect(second.getByText('请输入身份验证器中的验证码以继续登录')).toBeVisible()
  await look(second, 'console-setup-used')
  await second.getByLabel('验证码').fill(app.code())
  await second.getByRole('button', { name: '登录', exact: true }).click()
  await expect(second.getByRole('heading', { name: '系统状态' })).toBeVisible()
})
