import { flushPromises } from '@vue/test-utils'
import { beforeEach, expect, it, vi } from 'vitest'
import { ProblemError, UnreachableError } from '@kangbao/shared/contracts/client.ts'
import { getDeviceKey } from '@kangbao/shared/contracts/sessions.ts'
import { fileSubmission, getFilling } from '@kangbao/shared/contracts/submissions.ts'
import { useDrafts } from '@kangbao/kit/form/drafts.ts'
import { useFilingQueue, type Filing } from '@kangbao/kit/form/filing-queue.ts'
import { fakeApi, mountPage } from '@kangbao/kit/testing/mount-page.ts'
import zhCN from '../locales/zh-CN.ts'
import QueuePage from './QueuePage.vue'

const title = { 'zh-CN': '每日上报', en: 'Daily' }
const filing: Filing = {
  formId: 'f1',
  period: '2099-11-23',
  answers: { temperature: 36.5 },
  carried: [],
  title,
}
const key = () => ({ key: btoa('k'.repeat(32)) })
const unreachable = () => {
  throw new UnreachableError('none')
}
const refusal = () => {
  throw new ProblemError({ title: '', status: 409, code: 'form.closed', details: {}, requestId: 'r' })
}
const receipt = { number: '1123-0007', formId: 'f1', period: filing.period }

/** The page of somebody who filed this before; it says what the server says now. */
async function open(before: () => unknown, now: () => unknown) {
  const page = mountPage(QueuePage, {
    messages: zhCN,
    role: 'member',
    routes: ['fill'],
    answers: [
      [fileSubmission, now],
      [getFilling, () => ({ period: filing.period, mine: null })],
      [getDeviceKey, key],
    ],
  })
  const { api } = fakeApi([
    [fileSubmission, before],
    [getDeviceKey, key],
  ])
  await useFilingQueue().file(api, filing)
  await flushPromises()
  return page
}
type Page = Awaited<ReturnType<typeof open>>['wrapper']
const press = (wrapper: Page, text: string) =>
  wrapper
    .findAll('button')
    .find((button) => button.text() === text)
    ?.trigger('click')
const kept = () => Object.keys(localStorage).filter((name) => name.includes(':filing:'))

beforeEach(() => {
  localStorage.clear()
  document.body.innerHTML = ''
})

it('Z-34, X-10: what waits is named with its day and can be sent now; received it has its number', async () => {
  const { wrapper } = await open(unreachable, () => receipt)
  await vi.waitFor(() => expect(wrapper.text()).toContain('每日上报'))
  expect(wrapper.text()).toContain('等待网络')
  expect(wrapper.text()).toContain('11月23日')
  await press(wrapper, '立即发送')
  await vi.waitFor(() => expect(wrapper.text()).toContain('回执编号 1123-0007'))
  expect(kept()).toEqual([])
  expect(wrapper.find('[aria-current=step]').text()).toBe('已收到')
})

it('Z-34: a refusal is told in words, stays after the page was closed, and is sent again when asked', async () => {
  const { wrapper } = await open(refusal, unreachable)
  await vi.waitFor(() => expect(wrapper.text()).toContain('未被接收'))
  await vi.waitFor(() => expect(kept()).toHaveLength(1))
  wrapper.unmount()
  const later = mountPage(QueuePage, {
    messages: zhCN,
    role: 'member',
    routes: ['fill'],
    answers: [
      [fileSubmission, () => receipt],
      [getDeviceKey, key],
    ],
  })
  await vi.waitFor(() => expect(later.wrapper.text()).toContain('截止'))
  // By itself nothing is sent that was refused.
  expect(later.calls.filter(({ contract }) => contract === fileSubmission)).toEqual([])
  await press(later.wrapper, '重新发送')
  await vi.waitFor(() => expect(later.wrapper.text()).toContain('1123-0007'))
  expect(kept()).toEqual([])
})

it('Z-34: discarding asks first, and leaves nothing on the phone', async () => {
  const { wrapper } = await open(unreachable, unreachable)
  await vi.waitFor(() => expect(kept()).toHaveLength(1))
  await press(wrapper, '删除')
  const sheet = () => document.querySelector('dialog')
  expect(sheet()?.textContent).toContain('《每日上报》还没有被收到')
  expect(kept()).toHaveLength(1)
  const sure = [...(sheet()?.querySelectorAll('button') ?? [])].find(
    (button) => button.textContent?.trim() === '删除，不再发送',
  )
  sure?.click()
  await vi.waitFor(() => expect(wrapper.text()).toContain('没有待发送的内容'))
  expect(kept()).toEqual([])
})

it('Z-34: a draft is saved here and leads back to its form; one for a day that is over is not offered', async () => {
  const { wrapper } = await open(() => receipt, unreachable)
  const { api } = fakeApi([[getDeviceKey, key]])
  const draft = { answers: { temperature: 36.1 }, carried: [], title: { 'zh-CN': '行程登记', en: 'Tracks' } }
  useDrafts().save(api, 'f2', 'once', draft)
  useDrafts().save(api, 'f3', '2020-01-01', { ...draft, title })
  await vi.waitFor(() => expect(Object.keys(localStorage)).toHaveLength(2))
  wrapper.unmount()
  const later = mountPage(QueuePage, {
    messages: zhCN,
    role: 'member',
    routes: ['fill'],
    answers: [[getDeviceKey, key]],
  })
  await vi.waitFor(() => expect(later.wrapper.text()).toContain('行程登记'))
  expect(later.wrapper.findAll('article')).toHaveLength(1)
  expect(later.wrapper.get('a').text()).toBe('继续填写')
})
