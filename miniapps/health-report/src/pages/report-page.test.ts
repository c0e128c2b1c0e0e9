import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import {
  getHealthStatus,
  listReports,
  sendReport,
  type HealthStatus,
} from '@kangbao/shared/contracts/reports.ts'
import { mountPage } from '@kangbao/kit/testing/mount-page.ts'
import zhCN from '../locales/zh-CN.ts'
import ReportPage from './ReportPage.vue'

vi.mock('eventsource', () => ({
  EventSource: class {
    addEventListener() {}
    close() {}
  },
}))

const status: HealthStatus = {
  orgName: '测试机械',
  day: '2026-11-23',
  totalMembers: 300,
  formId: 'f',
  lastDeliveredAt: '2026-11-22T09:47:27.000Z',
  inFlight: null,
  pause: null,
  canReport: true,
  isPreparing: false,
  collected: 280,
  notCollected: 20,
  abnormal: 4,
}
async function open(given: HealthStatus, latest: unknown = null, send: () => unknown = () => ({})) {
  const page = mountPage(ReportPage, {
    messages: zhCN,
    routes: ['people', 'history'],
    answers: [
      [getHealthStatus, () => given],
      [listReports, () => ({ items: latest ? [latest] : [], nextCursor: null })],
      [sendReport, send],
    ],
  })
  await flushPromises()
  return page
}
afterEach(() => (document.body.innerHTML = ''))

it('Z-40: exactly the figures, the organisation and the last report time', async () => {
  const { wrapper } = await open(status)
  const figures = wrapper
    .findAll('.figure')
    .map((row) => [row.get('.figure-label').text(), row.get('.figure-value').text()])
  expect(figures).toEqual([
    ['总人数', '300'],
    ['已收集', '280'],
    ['未收集', '20'],
    ['今日异常', '4'],
  ])
  expect(wrapper.text()).toContain('测试机械')
  expect(wrapper.text()).toContain('2026-11-22 17:47:27')
})

it('Z-42: every number opens its list', async () => {
  const { wrapper } = await open(status)
  expect(wrapper.findAll('.figure').map((row) => row.attributes('href'))).toEqual([
    '/people/total',
    '/people/collected',
    '/people/not-collected',
    '/people/abnormal',
  ])
})

it('Z-41: a tap sends once, however often it is tapped', async () => {
  const { wrapper, calls } = await open(status)
  const button = wrapper.get('button.primary')
  expect(button.text()).toBe('企业健康数据上报')
  await Promise.all([button.trigger('click'), button.trigger('click')])
  await flushPromises()
  expect(calls.filter(({ contract }) => contract === sendReport)).toHaveLength(1)
})

it('Z-41: nothing to report is greyed and says so', async () => {
  const { wrapper } = await open({ ...status, canReport: false })
  const button = wrapper.get('button.primary')
  expect(button.text()).toBe('暂无数据上报')
  expect(button.attributes('disabled')).toBeDefined()
})

it('Z-41: while the list of people is being written nothing is reported, and the page says why', async () => {
  const { wrapper } = await open({ ...status, canReport: false, isPreparing: true })
  const button = wrapper.get('button.primary')
  expect(button.text()).toBe('企业健康数据上报')
  expect(button.attributes('disabled')).toBeDefined()
  expect(wrapper.get('[role=status]').text()).toBe('人员名单仍在生成，完成后即可上报。')
})

it('Z-43: a refusal shows the government’s reason', async () => {
  const { wrapper } = await open(status, {
    state: 'refused',
    refusal: { code: 'X', title: '企业未备案', detail: '请先备案' },
  })
  expect(wrapper.text()).toContain('企业未备案：请先备案')
})
