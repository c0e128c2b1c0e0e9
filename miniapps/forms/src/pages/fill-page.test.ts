import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { decideConsents, getNotice } from '@kangbao/shared/contracts/consents.ts'
import { getDeviceKey } from '@kangbao/shared/contracts/sessions.ts'
import { ProblemError, UnreachableError } from '@kangbao/shared/contracts/client.ts'
import { fileSubmission, getFilling, type Filling } from '@kangbao/shared/contracts/submissions.ts'
import { noticeOf } from '@kangbao/shared/programmes/catalogue.ts'
import { daily } from '@kangbao/shared/programmes/zhengzhou/daily.ts'
import { mountPage } from '@kangbao/kit/testing/mount-page.ts'
import zhCN from '../locales/zh-CN.ts'
import FillPage from './FillPage.vue'

// On a phone it comes while the form is filled.
await import('../components/FilingReceipt.vue')

const filling: Filling = {
  formId: 'f1',
  definition: daily,
  formVersion: 1,
  period: '2026-11-23',
  today: '2026-11-23',
  orgName: '测试机械',
  window: { state: 'open', opensAt: null, closesAt: '2026-11-23T15:59:00.000Z' },
  profile: { name: '王晓梅', department: '质检部', phone: '13800000001' },
  mine: null,
  last: { period: '2026-11-22', answers: { place: { code: '410105' }, isolation: 'none', 'at-work': 'yes' } },
  consent: { isDue: false, closedFields: [], version: 1 },
}
const receipt = {
  submissionId: 's1',
  number: '1123-0007',
  formId: 'f1',
  period: '2026-11-23',
  revision: 1,
  filedAt: '2026-11-23T00:10:00.000Z',
  findings: ['fever'],
  isAbnormal: true,
}

async function open(file: (input: unknown) => unknown, opened: Filling = filling) {
  const page = mountPage(FillPage, {
    props: { formId: 'f1' },
    messages: zhCN,
    role: 'member',
    routes: ['my-forms'],
    answers: [
      [getFilling, () => opened],
      [fileSubmission, file],
      [getDeviceKey, () => ({ key: btoa('k'.repeat(32)) })],
    ],
  })
  await flushPromises()
  return page
}
type Page = Awaited<ReturnType<typeof open>>['wrapper']
async function fillNormalDay(wrapper: Page): Promise<void> {
  await wrapper
    .findAll('button')
    .find((button) => button.text() === '只沿用，其余逐项回答')
    ?.trigger('click')
  await wrapper.get('#field-temperature').setValue('376')
  await wrapper.get('input[name="field-symptoms"][value="none"]').setValue(true)
  for (const id of ['contact-case', 'contact-region', 'been-region'])
    await wrapper.get(`input[name="field-${id}"][value="no"]`).setValue(true)
}
const filings = (calls: { contract: unknown; input: unknown }[]) =>
  calls.filter(({ contract }) => contract === fileSubmission)

beforeEach(() => localStorage.clear())
afterEach(() => (document.body.innerHTML = ''))

it('Z-34: an unchanged day: one tap carries, risk is asked, one tap files; the receipt has a number and calm words', async () => {
  const { wrapper, calls } = await open(() => receipt)
  await fillNormalDay(wrapper)
  const form = wrapper.get('form')
  await Promise.all([form.trigger('submit'), form.trigger('submit')])
  await vi.waitFor(() => expect(wrapper.text()).toContain('1123-0007'))
  expect(filings(calls)).toHaveLength(1)
  expect(filings(calls)[0]?.input).toMatchObject({
    params: { formId: 'f1', period: '2026-11-23' },
    body: {
      answers: { date: '2026-11-23', place: { code: '410105' }, temperature: 37.6, symptoms: ['none'] },
      carried: ['place', 'isolation', 'at-work'],
    },
  })
  expect(wrapper.text()).toContain('体温 ≥ 37.3 ℃')
  expect(Object.keys(localStorage)).toEqual([])
})

it('Z-34: the unchanged day is two taps and a temperature; what one tap confirms stands there first, word by word', async () => {
  const { wrapper, calls } = await open(() => receipt)
  const card = wrapper.get('section.same')
  for (const words of ['当前所在地', '是否隔离', '今日是否到岗', '今日症状', '近 14 天是否到过重点地区'])
    expect(card.text()).toContain(words)
  expect(card.text()).not.toContain('体温')
  await card.get('button').trigger('click')
  expect(filings(calls)).toHaveLength(0)
  await wrapper.get('#field-temperature').setValue('365')
  await wrapper.get('form').trigger('submit')
  await vi.waitFor(() => expect(filings(calls)).toHaveLength(1))
  expect(filings(calls)[0]?.input).toMatchObject({
    body: {
      answers: { temperature: 36.5, symptoms: ['none'], 'contact-case': 'no', 'been-region': 'no' },
      carried: ['place', 'isolation', 'at-work'],
    },
  })
})

it('Z-34: what was answered before the tap is not overruled by it', async () => {
  const { wrapper, calls } = await open(() => receipt)
  await wrapper.get('input[name="field-contact-case"][value="yes"]').setValue(true)
  const card = wrapper.get('section.same')
  expect(card.text()).not.toContain('近 14 天是否接触过确诊或疑似病例')
  await card.get('button').trigger('click')
  await wrapper.get('#field-temperature').setValue('365')
  await wrapper.get('form').trigger('submit')
  await vi.waitFor(() => expect(filings(calls)).toHaveLength(1))
  expect(filings(calls)[0]?.input).toMatchObject({ body: { answers: { 'contact-case': 'yes' } } })
})

it('Z-34: what is missing is said beside its field and nothing is sent', async () => {
  const { wrapper, calls } = await open(() => receipt)
  await wrapper.get('form').trigger('submit')
  await flushPromises()
  expect(filings(calls)).toHaveLength(0)
  expect(wrapper.get('#field-temperature-problem').text()).toBe('此项必填')
})

it('X-10: without a network the answers are kept and said to be waiting', async () => {
  const { wrapper } = await open(() => {
    throw new UnreachableError('none')
  })
  await fillNormalDay(wrapper)
  await wrapper.get('form').trigger('submit')
  await vi.waitFor(() => expect(wrapper.text()).toContain('已保存，等待发送'))
  expect(Object.keys(localStorage)).toContain('kangbao:personal:v2:m1:filing:f1:2026-11-23')
  expect(JSON.stringify(localStorage)).not.toContain('37.6')
})

it('Z-35: a refusal by the server stands beside the field it names', async () => {
  const { wrapper } = await open(() => {
    const problems = [{ field: 'place', reason: 'region.unknown' }]
    throw new ProblemError({
      title: '',
      status: 422,
      code: 'answers.invalid',
      details: { problems },
      requestId: 'r',
    })
  })
  await fillNormalDay(wrapper)
  await wrapper.get('form').trigger('submit')
  await vi.waitFor(() => expect(wrapper.get('#field-place-problem').text()).toBe('请选择所在地区'))
})

it('Z-35: a page left open over midnight says so and goes on with the new day, empty', async () => {
  const next = { ...filling, period: '2026-11-24', today: '2026-11-24', last: null }
  const days = [filling, next]
  let opened = 0
  const { wrapper, calls } = mountPage(FillPage, {
    props: { formId: 'f1' },
    messages: zhCN,
    role: 'member',
    answers: [
      [getFilling, () => days[Math.min(opened++, 1)]],
      [
        fileSubmission,
        () => {
          throw new ProblemError({ title: '', status: 409, code: 'form.closed', details: {}, requestId: 'r' })
        },
      ],
      [getDeviceKey, () => ({ key: btoa('k'.repeat(32)) })],
    ],
  })
  await flushPromises()
  expect(wrapper.text()).toContain('计入 11月23日')
  await fillNormalDay(wrapper)
  await wrapper.get('form').trigger('submit')
  await vi.waitFor(() => expect(wrapper.text()).toContain('计入 11月24日'))
  expect(wrapper.text()).toContain('本次填报已截止')
  await vi.waitFor(() =>
    expect((wrapper.get('#field-temperature').element as HTMLInputElement).value).toBe(''),
  )
  expect(filings(calls)).toHaveLength(1)
})

it('Z-34: a draft is there again after the page was closed', async () => {
  // A form of its own: what the tests before are still sealing away is not mistaken for it.
  const own = { ...filling, formId: 'f2' }
  const first = await open(() => receipt, own)
  await first.wrapper.get('#field-temperature').setValue('368')
  const kept = 'kangbao:personal:v2:m1:draft:f2'
  await vi.waitFor(() => expect(Object.keys(localStorage)).toContain(kept))
  first.wrapper.unmount()
  const { wrapper } = await open(() => receipt, own)
  const shown = () => (wrapper.get('#field-temperature').element as HTMLInputElement).value
  await vi.waitFor(() => expect(shown()).toBe('36.8'))
})

it('Z-35: after the cut-off the page says so and shows no form', async () => {
  const closesAt = '2026-11-23T15:59:00.000Z'
  const closed = { ...filling, window: { state: 'closed' as const, opensAt: null, closesAt } }
  const { wrapper } = await open(() => receipt, closed)
  expect(wrapper.text()).toContain('本期填报已截止')
  expect(wrapper.text()).toMatch(/已于 (11-23 )?23:59 截止。每天零点起可以填写当天的内容。/)
  expect(wrapper.find('form').exists()).toBe(false)
})

it.each([
  { before: [], ticks: 0 },
  { before: ['remarks'], ticks: 1 },
])(
  'S-38: the notice is opened again with what was decided ($ticks ticked), and decided anew',
  async ({ before, ticks }) => {
    const state = { isAcknowledged: true, wasAcknowledged: false, granted: before }
    const notice = noticeOf(daily)
    const purpose = notice?.purposes[0]?.id ?? ''
    const shown = { ...state, granted: before.map(() => purpose) }
    const { wrapper, calls } = mountPage(FillPage, {
      props: { formId: 'f1' },
      messages: zhCN,
      role: 'member',
      answers: [
        [
          getFilling,
          () => ({ ...filling, consent: { isDue: false, closedFields: ['remarks'], version: 1 } }),
        ],
        [
          getNotice,
          () => ({
            formId: 'f1',
            title: daily.title,
            orgName: '测试机械',
            notice,
            keptDays: 180,
            state: shown,
          }),
        ],
        [decideConsents, () => shown],
        [getDeviceKey, () => ({ key: btoa('k'.repeat(32)) })],
      ],
    })
    await flushPromises()
    expect(wrapper.text()).toContain('有 1 项需要你单独同意')
    const press = (text: string) =>
      wrapper
        .findAll('button')
        .find((button) => button.text() === text)
        ?.trigger('click')
    await press('查看告知书与同意事项')
    await vi.waitFor(() => expect(wrapper.find('input[type="checkbox"]').exists()).toBe(true), 5_000)
    expect(wrapper.findAll('input[type="checkbox"]:checked')).toHaveLength(ticks)
    await wrapper.get('input[type="checkbox"]').setValue(true)
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    const [decided] = calls.filter(({ contract }) => contract === decideConsents)
    expect(decided?.input).toMatchObject({ body: { granted: [purpose] } })
    expect(wrapper.text()).toContain('提交')
  },
)
