import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { usePersonFilter, type PersonFilter } from './person-filter.ts'

let unmount = () => {}
afterEach(() => unmount())

async function filterAt(path: string): Promise<{ filter: PersonFilter; router: Router }> {
  const held: PersonFilter[] = []
  const page = defineComponent(() => {
    held.push(usePersonFilter())
    return () => h('i')
  })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: page }] })
  await router.push(path)
  const wrapper = mount(page, { global: { plugins: [router] } })
  unmount = () => wrapper.unmount()
  const [filter] = held
  if (!filter) throw new Error('the page was not set up')
  return { filter, router }
}

describe('Z-36: the filters of the people table live in the URL', () => {
  it('reads them from the address', async () => {
    const { filter } = await filterAt('/?state=abnormal&department=20&facet=4002')
    expect([filter.state.value, filter.departmentId.value, filter.facet.value]).toEqual([
      'abnormal',
      20,
      4002,
    ])
  })
  it('S-48: keeps what was typed out of the address', async () => {
    const { filter, router } = await filterAt('/?state=abnormal')
    filter.search.value = '王小明'
    filter.facet.value = 4002
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ state: 'abnormal', facet: '4002' })
    expect([filter.search.value, filter.isNarrowed.value]).toEqual(['王小明', true])
  })
  it('takes nonsense as no filter', async () => {
    const { filter } = await filterAt('/?state=gone&department=-3&facet=x')
    expect([filter.state.value, filter.departmentId.value, filter.facet.value]).toEqual([
      'missing',
      undefined,
      undefined,
    ])
  })
  it('writes two changes of one tick without losing either, and leaves defaults out', async () => {
    const { filter, router } = await filterAt('/?state=abnormal&period=2026-11-20')
    filter.state.value = 'missing'
    filter.departmentId.value = 11
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ period: '2026-11-20', department: '11' })
  })
  it('clears what narrows and keeps the state', async () => {
    const { filter, router } = await filterAt('/?state=collected&department=20&facet=4002')
    filter.search.value = 'wang'
    filter.clear()
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ state: 'collected' })
    expect([filter.search.value, filter.isNarrowed.value]).toEqual(['', false])
  })
})
