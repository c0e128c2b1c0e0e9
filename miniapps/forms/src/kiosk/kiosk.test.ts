import { DOMWrapper, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ProblemError, UnreachableError } from '@kangbao/shared/contracts/client.ts'
import {
  enterKiosk,
  fileAtKiosk,
  getKioskFilling,
  knockAtKiosk,
  listKioskForms,
} from '@kangbao/shared/contracts/kiosk-tablet.ts'
import type { ErrorCode } from '@kangbao/shared/errors/catalogue.ts'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { daily } from '@kangbao/shared/programmes/zhengzhou/daily.ts'
import { noticeOf } from '@kangbao/shared/programmes/catalogue.ts'
import { mountPage, type Answers } from '@kangbao/kit/testing/mount-page.ts'
import appZhCN from '../locales/zh-CN.ts'
import KioskApp from './KioskApp.vue'
import { takeToken } from './kiosk-token.ts'
import zhCN from './locales/zh-CN.ts'

const token = 't'.repeat(75)
const card = `KB${'0A'.repeat(32)}`
const form = {
  formId: 'f1',
  title: daily.title,
  period: '2026-11-23',
  isFiled: false,
  needsPhone: false,
}
const visit = {
  pass: 'p'.repeat(54),
  endsAt: '2026-11-23T01:00:00.000Z',
  name: '王晓梅',
  forms: [form],
}
const notice = noticeOf(daily)
if (!notice) throw new Error('the daily form has a notice')
const filling = {
  filling: {
    formId: 'f1',
    definition: daily,
    formVersion: 1,
    period: '2026-11-23',
    today: '2026-11-23',
    orgName: '测试机械',
    window: { state: 'open', opensAt: null, closesAt: null },
    profile: { name: '王晓梅', department: '质检部' },
    mine: null,
    last: null,
    consent: { isDue: true, closedFields: [], version: 1 },
  },
  notice: {
    formId: 'f1',
    title: daily.title,
    orgName: '测试机械',
    notice,
    keptDays: 30,
    state: { isAcknowledged: false, wasAcknowledged: false, granted: [] },
  },
}
/** The notice was read before. */
const known = (definition: FormDefinition) => ({
  ...filling,
  filling: { ...filling.filling, definition, consent: { isDue: false, closedFields: [], version: 1 } },
})
const receipt = {
  number: '1123-0007',
  formId: 'f1',
  period: '2026-11-23',
  filedAt: '2026-11-23T00:10:00.000Z',
}
const refusal = (code: ErrorCode) => {
  throw new ProblemError({ title: code, status: 403, code, details: {}, requestId: 'r' })
}

function open(changes: Answers = [], given: string | null = token) {
  const answers: Answers = [
    [knockAtKiosk, () => ({ orgName: '测试机械', name: '一号门', place: '东厂区' })],
    [enterKiosk, () => visit],
    [getKioskFilling, () => filling],
    [fileAtKiosk, () => receipt],
    ...changes,
  ]
  return mountPage(KioskApp, {
    props: { token: given, home: 'zh-CN' },
    messages: { ...appZhCN, ...zhCN },
    answers,
  })
}
type Page = ReturnType<typeof open>['wrapper']
const press = (page: Page, text: string) =>
  page
    .findAll('button')
    .find((button) => button.text() === text)
    ?.trigger('click')

async function type(text: string): Promise<void> {
  for (const key of [...text, 'Enter'])
    window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }))
  await flushPromises()
}
async function fillAll(page: Page): Promise<void> {
  await page.get('#field-temperature').setValue('376')
  await page.get('input[name="field-symptoms"][value="none"]').setValue(true)
  for (const id of ['contact-case', 'contact-region', 'been-region'])
    await page.get(`input[name="field-${id}"][value="no"]`).setValue(true)
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
  localStorage.clear()
})
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

it('Z-34: a hand scanner types a card: the notice comes first, nothing is ticked, and what was typed is gone after a minute', async () => {
  const { wrapper, calls } = open()
  await flushPromises()
  await type(card)
  expect(calls.find(({ contract }) => contract === enterKiosk)?.input).toEqual({
    body: { token, presented: { card } },
  })
  expect(wrapper.findAll('input:checked')).toHaveLength(0)
  await press(wrapper, '已阅读，开始填写')
  await fillAll(wrapper)
  expect(wrapper.text()).toContain('王晓梅')
  vi.advanceTimersByTime(45_000)
  await flushPromises()
  expect(wrapper.text()).toContain('秒后自动退出')
  window.dispatchEvent(new Event('pointerdown'))
  vi.advanceTimersByTime(45_000)
  await flushPromises()
  expect(wrapper.text()).toContain('王晓梅')
  vi.advanceTimersByTime(20_000)
  await flushPromises()
  expect(wrapper.text()).not.toContain('王晓梅')
  expect(wrapper.find('#field-temperature').exists()).toBe(false)
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toMatch(/王晓梅|376|37\.6/)
})

it('Z-34: by number and name; the receipt tells no finding, and the page goes back by itself', async () => {
  const short = { ...daily, fields: daily.fields.filter(({ id }) => id === 'temperature') }
  const { wrapper, calls } = open([[getKioskFilling, () => known(short)]])
  await flushPromises()
  const [number, name] = wrapper.findAll('input')
  await number?.setValue('A-007')
  await name?.setValue('王晓梅')
  await wrapper.get('form').trigger('submit')
  await flushPromises()
  const inputOf = (contract: unknown) => calls.find((call) => call.contract === contract)?.input
  expect(inputOf(enterKiosk)).toEqual({
    body: { token, presented: { staffNumber: 'A-007', name: '王晓梅' } },
  })
  await wrapper.get('form.fill-form').trigger('submit')
  expect(inputOf(fileAtKiosk)).toBeUndefined() // what is required and open is said, and nothing is sent
  await wrapper.get('#field-temperature').setValue('376')
  await wrapper.get('form.fill-form').trigger('submit')
  await flushPromises()
  expect(inputOf(fileAtKiosk)).toEqual({
    body: { token, pass: visit.pass, formId: 'f1', period: '2026-11-23', answers: { temperature: 37.6 } },
  })
  expect(wrapper.text()).toContain('1123-0007')
  expect(wrapper.text()).not.toMatch(/发热|体温/)
  vi.advanceTimersByTime(13_000)
  await flushPromises()
  expect(wrapper.text()).toContain('请先确认是你本人')
  expect(wrapper.text()).not.toContain('王晓梅')
})

it('S-44: a child’s form asks for the guardian beside him, who may read the notice, and goes once more with his consent', async () => {
  const short = { ...daily, fields: daily.fields.filter(({ id }) => id === 'temperature') }
  let answer: () => unknown = () => refusal('consent.guardian-needed')
  const { wrapper, calls } = open([
    [getKioskFilling, () => known(short)],
    [fileAtKiosk, () => answer()],
  ])
  await flushPromises()
  await type(card)
  await wrapper.get('#field-temperature').setValue('366')
  await wrapper.get('form.fill-form').trigger('submit')
  await vi.waitUntil(() => document.querySelector('dialog form') !== null)
  const sheet = new DOMWrapper(document.querySelector('dialog'))
  expect(sheet.text()).toContain('监护人不在场')
  expect(sheet.text()).toContain('个人信息处理告知书')
  const [name, phone] = sheet.findAll('label > input')
  await name?.setValue('张母')
  await phone?.setValue('13812345678')
  await sheet.get('form > label > input[type="checkbox"]').setValue(true)
  answer = () => receipt
  await sheet.get('form').trigger('submit')
  await flushPromises()
  expect(calls.findLast(({ contract }) => contract === fileAtKiosk)?.input).toMatchObject({
    body: { consents: { version: 1, granted: [], guardian: { name: '张母', phone: '13812345678' } } },
  })
  expect(wrapper.text()).toContain('1123-0007')
  expect(document.querySelector('dialog')).toBeNull()
})

it('Z-34: what fails late of a visit that is over ends its own visit, and not the next person’s', async () => {
  const passes = ['a'.repeat(54), 'b'.repeat(54)]
  const late: (() => void)[] = []
  const never = () =>
    new Promise((_, refuse) => {
      late.push(() => refuse(new ProblemError({ title: '', status: 403, code: 'kiosk.visit-over', details: {}, requestId: 'r' }))) // prettier-ignore
    })
  let visits = 0
  let answer: () => unknown = never
  const short = { ...daily, fields: daily.fields.filter(({ id }) => id === 'temperature') }
  const { wrapper, calls } = open([
    [enterKiosk, () => ({ ...visit, pass: passes[visits++], forms: [form, { ...form, formId: 'f2' }] })],
    [listKioskForms, never],
    [getKioskFilling, () => known(short)],
    [fileAtKiosk, () => answer()],
  ])
  await flushPromises()
  await type(card)
  await wrapper.get('button.form').trigger('click')
  await flushPromises()
  await press(wrapper, '返回表单列表') // one question that fails late
  await wrapper.get('button.form').trigger('click')
  await flushPromises()
  await wrapper.get('#field-temperature').setValue('366')
  await wrapper.get('form.fill-form').trigger('submit') // and another
  await press(wrapper, '退出')
  await type(card)
  await wrapper.get('button.form').trigger('click')
  await flushPromises()
  await wrapper.get('#field-temperature').setValue('367')
  expect(late).toHaveLength(2)
  for (const fail of late) fail()
  await flushPromises()
  expect(wrapper.find('#field-temperature').exists()).toBe(true)
  answer = () => receipt
  await wrapper.get('form.fill-form').trigger('submit')
  await flushPromises()
  expect(wrapper.text()).toContain('1123-0007')
  const filed = calls.filter(({ contract }) => contract === fileAtKiosk).map(({ input }) => input)
  expect(filed).toMatchObject([
    { body: { pass: passes[0], answers: { temperature: 36.6 } } },
    { body: { pass: passes[1], answers: { temperature: 36.7 } } },
  ])
})

it('Z-34: without a line the forms stay as they are known, and the phone number is not spoken of', async () => {
  const { wrapper } = open([
    [enterKiosk, () => ({ ...visit, forms: [form, { ...form, formId: 'f2' }] })],
    [listKioskForms, () => Promise.reject(new UnreachableError('no line'))],
    [getKioskFilling, () => known(daily)],
  ])
  await flushPromises()
  await type(card)
  await wrapper.get('button.form').trigger('click')
  await flushPromises()
  expect(wrapper.get('dl.profile').text()).not.toMatch(/手机|绑定/)
  await press(wrapper, '返回表单列表')
  await flushPromises()
  expect(wrapper.findAll('button.form')).toHaveLength(2)
})

it('Z-35: what is there already is said as good news, with the way back', async () => {
  const { wrapper } = open([[getKioskFilling, () => refusal('submission.filed-already')]])
  await flushPromises()
  await type(card)
  expect(wrapper.text()).toContain('这份表单已收到你的填报')
  expect(wrapper.text()).toContain('返回表单列表')
  expect(wrapper.text()).not.toContain('重试')
})

it('a wrong number is said in words, and a tablet that was closed says so and forgets its token', async () => {
  history.replaceState(null, '', `/m/forms/kiosk#${token}`)
  expect(takeToken()).toBe(token)
  expect(location.hash).toBe('')
  let code: ErrorCode = 'kiosk.person-unknown'
  const { wrapper } = open([[enterKiosk, () => refusal(code)]])
  await flushPromises()
  await type(card)
  expect(wrapper.get('[role="alert"]').text()).toContain('没有找到')
  // Whoever comes next does not read whose number it was.
  await wrapper.get('form input').setValue('A-007')
  vi.advanceTimersByTime(61_000)
  await flushPromises()
  expect(wrapper.get<HTMLInputElement>('form input').element.value).toBe('')
  expect(wrapper.find('[role="alert"]').exists()).toBe(false)
  code = 'kiosk.closed'
  await type(card)
  expect(wrapper.text()).toContain('此终端已停用')
  expect(takeToken()).toBeNull()
})

it('asks by itself now and then whether the tablet is still open', async () => {
  let isClosed = false
  const knock = () =>
    isClosed ? refusal('kiosk.closed') : { orgName: '测试机械', name: '一号门', place: '' }
  const { wrapper } = open([[knockAtKiosk, knock]])
  await flushPromises()
  expect(wrapper.text()).toContain('请先确认是你本人')
  isClosed = true
  vi.advanceTimersByTime(61_000)
  await flushPromises()
  expect(wrapper.text()).toContain('此终端已停用')
})
