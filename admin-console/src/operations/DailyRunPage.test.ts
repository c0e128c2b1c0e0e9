import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { openPage, type Replies } from '../../test/console.ts'
import DailyRunPage from './DailyRunPage.vue'

const runId = '01938f6e-3c2a-7c3e-9a55-000000000001'
const run = {
  id: runId,
  kind: 'health',
  day: '2026-11-22',
  startedAt: '2026-11-22T14:00:00.000Z',
  finishedAt: null,
  due: 3,
  delivered: 1,
  refused: 1,
  waiting: 1,
  skipped: 0,
  endpoints: [],
}
const org = (orgName: string, state: string, rest = {}) => ({
  orgId: `org-${orgName}`,
  orgName,
  state,
  attempts: 1,
  nextAttemptAt: null,
  reason: null,
  receiptNo: null,
  ...rest,
})
const orgs = [
  org('甲厂', 'delivered', { receiptNo: 'ZZ-0001' }),
  org('乙厂', 'refused', { reason: '人数不一致' }),
  org('丙厂', 'retrying', { attempts: 4, nextAttemptAt: '2026-11-22T14:05:00.000Z' }),
]
const replies: Replies = {
  [`GET /operations/daily-runs/${runId}`]: () => run,
  [`GET /operations/daily-runs/${runId}/orgs`]: ({ searchParams }) => ({
    items: orgs.filter(({ state }) => !searchParams.get('state') || state === searchParams.get('state')),
    nextCursor: null,
  }),
}
const page = (path = `/operations/daily-runs/${runId}`, given = replies) =>
  openPage(DailyRunPage, { role: 'operator', path, props: { runId }, replies: given })

afterEach(() => {
  document.body.innerHTML = ''
})

describe('Z-45: the page of one daily run', () => {
  it('shows the figures and where every org stands, with reason, next attempt and receipt', async () => {
    const { wrapper } = await page()
    const text = wrapper.text()
    for (const shown of ['进行中', '甲厂', 'ZZ-0001', '人数不一致', '重试中', '11-22 22:05'])
      expect(text).toContain(shown)
  })
  it('narrows to a state by its figure, in the URL', async () => {
    const { wrapper, router, asked } = await page()
    await wrapper
      .findAll('button')
      .find((button) => button.text().startsWith('被退回'))
      ?.trigger('click')
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ state: 'refused' })
    expect(asked.at(-1)).toContain('state=refused')
    expect(wrapper.text()).toContain('乙厂')
    expect(wrapper.text()).not.toContain('甲厂')
  })
  it('says so when no org stands in that state', async () => {
    const { wrapper } = await page(`/operations/daily-runs/${runId}?state=skipped`)
    expect(wrapper.text()).toContain('没有这一状态的组织')
  })
  it('shows what went wrong and the number to read out', async () => {
    const { wrapper } = await page(undefined, {})
    expect(wrapper.find('[role=alert]').text()).toContain('内容不存在或已被删除')
    expect(wrapper.text()).toContain('req-1')
  })
})
