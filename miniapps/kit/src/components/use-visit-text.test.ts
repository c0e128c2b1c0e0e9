import { mount } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { defineComponent, h, nextTick, type Ref } from 'vue'
import { createRouter, createWebHistory, RouterView } from 'vue-router'
import { useVisitText } from './use-visit-text.ts'

let unmount = () => {}
afterEach(() => unmount())

async function started() {
  const shown: Ref<string>[] = []
  const people = defineComponent(() => {
    shown.push(useVisitText('search'))
    return () => h('i')
  })
  const other = defineComponent(() => () => h('b'))
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/people', component: people },
      { path: '/:rest(.*)', component: other },
    ],
  })
  await router.push('/start')
  const wrapper = mount(RouterView, { global: { plugins: [router] } })
  unmount = () => wrapper.unmount()
  const arrive = () =>
    new Promise<void>((resolve) => {
      const stop = router.afterEach(() => {
        stop()
        void nextTick(resolve)
      })
    })
  const back = async () => {
    const there = arrive()
    router.back()
    await there
  }
  return { router, shown, back, text: () => shown.at(-1)?.value }
}

it('S-48: what was typed is there after coming back, is in no address, and not in the next visit', async () => {
  const { router, shown, back, text } = await started()
  await router.push('/people')
  const [search] = shown
  if (!search) throw new Error('the page was not set up')
  expect(search.value).toBe('')
  search.value = '王小明'
  await nextTick()
  expect(decodeURIComponent(location.href)).not.toContain('王小明')

  await router.push('/person')
  await back()
  expect([shown.length, text()]).toEqual([2, '王小明'])

  await back()
  await router.push('/people')
  expect([shown.length, text()]).toEqual([3, ''])
})
