import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { listCompletenessPeople } from '@kangbao/shared/contracts/completeness.ts'
import { daily } from '@kangbao/shared/programmes/zhengzhou/daily.ts'
import { CancelledError, mostDinged, NotOfferedError, type DingDraft } from '@kangbao/kit/host/host-bridge.ts'
import { mountPage, noBridge } from '@kangbao/kit/testing/mount-page.ts'
import DingOffer from './components/DingOffer.vue'
import zhCN from './locales/zh-CN.ts'

const form = { id: 'f1', title: daily.title, link: 'https://kangbao.example/m/forms/fill/f1' }
const missing = Array.from({ length: 250 }, (_, i) => ({ userId: `u${i}` }))

/** Answers as the server pages: by the cursor of the last page, never more than asked for. */
function page(input: unknown) {
  const { query } = input as { query: { cursor?: string; limit: number } } // the call under test
  const from = Number(query.cursor ?? 0)
  const to = from + query.limit
  return { items: missing.slice(from, to), nextCursor: to < missing.length ? String(to) : null }
}

function offer(createDing: (draft: DingDraft) => Promise<void>) {
  const { wrapper } = mountPage(DingOffer, {
    props: { form, period: '2026-11-23', missing: missing.length },
    messages: zhCN,
    bridge: { ...noBridge, isHost: true, createDing },
    answers: [[listCompletenessPeople, page]],
  })
  const tap = async () => {
    await wrapper.get('button').trigger('click')
    await flushPromises()
  }
  return { wrapper, tap }
}

it('Z-33: one DING takes as many people as the host does, the next one the others', async () => {
  const drafts: DingDraft[] = []
  const { wrapper, tap } = offer(async (draft) => void drafts.push(draft))
  expect(wrapper.text()).toContain('250 人还没有填写')
  await tap()
  expect(drafts[0]?.userIds).toHaveLength(mostDinged)
  expect(drafts[0]?.link.url).toBe(form.link)
  expect(wrapper.get('button').text()).toBe('继续发给 50 人')
  await tap()
  expect(drafts.flatMap(({ userIds }) => userIds)).toEqual(missing.map(({ userId }) => userId))
  expect(wrapper.text()).toBe('已向 250 人发出 DING')
})

it('Z-33: closing the host’s dialogue loses nobody, the next tap asks for the same people', async () => {
  const drafts: DingDraft[] = []
  const { wrapper, tap } = offer(async (draft) => {
    drafts.push(draft)
    if (drafts.length === 1) throw new CancelledError('closed')
  })
  await tap()
  expect(wrapper.get('button').text()).toBe('发 DING 给 200 人')
  await tap()
  expect(drafts[1]?.userIds).toEqual(drafts[0]?.userIds)
})

it('Z-33: where the host has no DING it says so, and that the notifications went out', async () => {
  const { wrapper, tap } = offer(() => Promise.reject(new NotOfferedError('7')))
  await tap()
  expect(wrapper.text()).toContain('工作通知已经发出')
  expect(wrapper.find('button').exists()).toBe(false)
})
