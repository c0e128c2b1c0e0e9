import type { FrameLocator, Page } from '@playwright/test'
import { addDays, civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import type { Form } from '@kangbao/shared/contracts/forms.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { idNumberCheckDigit } from '@kangbao/shared/identity/id-number.ts'
import type { Company } from './company.ts'
import { expect } from './journey.ts'

/** Where a form is filled: inside the workplace, or on a page of its own. */
type App = Pick<FrameLocator | Page, 'getByLabel' | 'getByRole'>

const todayHere = () => civilDayOf(Date.now(), 'Asia/Shanghai')

/** What a healthy person says on a normal day, as the app would send it. */
export const healthyDay = (today = todayHere()): Answers => ({
  date: today,
  place: { code: '410105' },
  temperature: 36.5,
  symptoms: ['none'],
  'contact-case': 'no',
  'contact-region': 'no',
  'been-region': 'no',
  isolation: 'none',
  'at-work': 'yes',
})

/** A registration on arrival; the ID number has a right check digit and belongs to nobody known. */
export function workStart(name: string, phone: string, department: string, today = todayHere()): Answers {
  const first17 = `4101001990${String(name.length).padStart(2, '0')}11${phone.slice(-3)}`
  return {
    name,
    'id-number': `${first17}${idNumberCheckDigit(first17)}`,
    phone,
    department,
    home: { code: '410105', detail: '示例路 1 号院' },
    'came-from': { code: '410225' },
    'arrived-on': addDays(today, -3),
    transport: 'car',
    'transport-number': '豫A·00000',
    places: '老家，未外出',
    'first-day': addDays(today, 1),
    promise: true,
  }
}

/** Files as that member's app would, over HTTP. */
export async function file(company: Company, form: Form, name: string, answers: Answers): Promise<void> {
  const member = await company.memberIn('forms', name)
  const period = form.period === 'day' ? String(answers['date']) : 'once'
  await member.call(fileSubmission, {
    params: { formId: form.id, period },
    body: { answers: { ...answers } },
  })
}

/** Reads the notice before a first filling and goes on, with or without a tick for what is asked beyond the duty. */
export async function takeNote(app: FrameLocator, purpose?: RegExp): Promise<void> {
  await expect(app.getByRole('heading', { name: '个人信息处理告知书' })).toBeVisible()
  if (purpose) await app.getByRole('checkbox', { name: purpose }).check()
  await app.getByRole('button', { name: '我已阅读，开始填写' }).click()
}

/** Picks an option of a question by their texts. */
export async function choose(app: App, question: RegExp, option: string): Promise<void> {
  await app.getByRole('group', { name: question }).getByLabel(option, { exact: true }).check()
}

/** Picks a district in the region sheet by searching for it. */
export async function chooseRegion(app: App, field: RegExp, district: string): Promise<void> {
  await app.getByLabel(field).click()
  const sheet = app.getByRole('dialog', { name: '选择省 / 市 / 区县' })
  await sheet.getByRole('searchbox', { name: '搜索区县、街道名称' }).fill(district)
  await sheet.getByRole('button', { name: new RegExp(district) }).click()
  await expect(sheet).toBeHidden()
}

/** Everything the daily form asks afresh each day. */
export async function answerRisks(app: App, temperature: string): Promise<void> {
  await app.getByLabel(/今日体温/).fill(temperature)
  await choose(app, /今日症状/, '无')
  await choose(app, /接触过确诊或疑似病例/, '否')
  await choose(app, /接触过重点地区人员/, '否')
  await choose(app, /到过重点地区/, '否')
}

/** A whole daily form, by hand. */
export async function answerDay(app: App, temperature: string): Promise<void> {
  await chooseRegion(app, /当前所在地/, '金水区')
  await answerRisks(app, temperature)
  await choose(app, /是否隔离/, '否')
  await choose(app, /今日是否到岗/, '是')
}

/** A registration on arrival by hand, but for the ID number. */
export async function answerWorkStart(app: App, phone: string): Promise<void> {
  await app.getByLabel(/手机号/).fill(phone)
  await chooseRegion(app, /在郑住址/, '金水区')
  await app.getByRole('textbox', { name: '详细地址（街道、小区、门牌号）' }).first().fill('示例路 1 号院')
  await chooseRegion(app, /从何地来郑/, '兰考县')
  await app.getByLabel(/抵郑日期/).fill(addDays(todayHere(), -3))
  await choose(app, /来郑交通方式/, '火车')
  await app.getByLabel(/航班、车次或车牌号/).fill('G1564')
  await app.getByLabel(/近 14 天到过的地方/).fill('老家，未外出')
  await app.getByLabel(/计划到岗日期/).fill(addDays(todayHere(), 2))
  await app.getByRole('checkbox', { name: '我已阅读并承诺' }).check()
}
