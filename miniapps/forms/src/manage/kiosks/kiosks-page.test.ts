import { DOMWrapper, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { ProblemError } from '@kangbao/shared/contracts/client.ts'
import { listDepartments, listMembers, searchMembers } from '@kangbao/shared/contracts/directory.ts'
import { listForms } from '@kangbao/shared/contracts/forms.ts'
import {
  closeKiosk,
  listKiosks,
  openKiosk,
  printCards,
  renewKiosk,
  type Kiosk,
} from '@kangbao/shared/contracts/kiosks.ts'
import { mountPage, type Answers } from '@kangbao/kit/testing/mount-page.ts'
import zhCN from '../locales/zh-CN.ts'
import KiosksPage from './KiosksPage.vue'

const kiosk: Kiosk = {
  id: 'k1',
  name: '一号门',
  place: '东厂区门卫室',
  formIds: ['f1'],
  openedBy: '罗敏',
  openedAt: '2026-11-20T00:00:00.000Z',
  seenAt: null,
  closedAt: null,
}
const link = `https://kangbao.example/m/forms/kiosk#${'t'.repeat(75)}`
const people = ['张丽', '王建国', '孙敏'].map((name, i) => ({
  id: `m${i}`,
  userId: `u${i}`,
  name,
  department: '生产部',
}))
const pdf = new Blob(['%PDF'])
vi.mock('@kangbao/shared/posters/make-cards.ts', () => ({ makeCards: () => Promise.resolve(pdf) }))

async function open(changes: Answers = []) {
  const page = mountPage(KiosksPage, {
    messages: zhCN,
    answers: [
      [listKiosks, () => ({ items: [kiosk], nextCursor: null })],
      [listForms, () => ({ items: [], nextCursor: null })],
      [listDepartments, () => ({ items: [{ id: 7, name: '生产部', members: 3, hasChildren: false }] })],
      [listMembers, () => ({ items: people, nextCursor: null })],
      [searchMembers, () => ({ items: people.slice(1, 2), nextCursor: null })],
      [openKiosk, () => ({ kiosk, link })],
      [renewKiosk, () => ({ kiosk, link })],
      [closeKiosk, () => ({ ...kiosk, closedAt: '2026-11-21T00:00:00.000Z' })],
      [
        printCards,
        () => ({ items: [{ memberId: 'm0', name: '张丽', staffNumber: '', department: '', code: 'KB00' }] }),
      ],
      ...changes,
    ],
  })
  await flushPromises()
  const bodiesOf = (contract: unknown) =>
    page.calls.filter((call) => call.contract === contract).map(({ input }) => input)
  return { ...page, bodiesOf }
}
const body = () => new DOMWrapper(document.body)
async function press(text: string): Promise<void> {
  const button = body()
    .findAll('button')
    .findLast((each) => each.text().startsWith(text))
  if (!button) throw new Error(`no button ${text}`)
  await button.trigger('click')
  await flushPromises()
}
const choose = (value: number) => body().get('select').setValue(String(value))

afterEach(() => {
  document.body.innerHTML = ''
  vi.restoreAllMocks()
})

it('Z-34: an admin opens a kiosk on the phone: its link is shown once, as a code the tablet scans', async () => {
  const { bodiesOf } = await open()
  await press('启用终端')
  const [name, place] = body().findAll('dialog input')
  await name?.setValue(' 二号门 ')
  await place?.setValue('南门')
  await press('启用终端')
  expect(bodiesOf(openKiosk)).toEqual([{ body: { name: '二号门', place: '南门' } }])
  const sheet = body().get('dialog')
  expect(sheet.text()).toContain(link)
  expect(sheet.get('svg[role="img"] path').attributes('d')).toMatch(/^M2 2h1v1h-1z/)
  await press('已在平板打开')
  expect(body().text()).not.toContain(link)
})

it('Z-34: a new link and closing are asked first, and a refusal is said where it was asked', async () => {
  let isGone = true
  const { bodiesOf, wrapper } = await open([
    [
      closeKiosk,
      () => {
        if (isGone)
          throw new ProblemError({
            title: '',
            status: 404,
            code: 'resource.missing',
            details: {},
            requestId: 'r',
          })
        return kiosk
      },
    ],
  ])
  expect(wrapper.text()).toContain('东厂区门卫室 · 1 份表单 · 还没有人使用')
  await press('停用')
  expect(bodiesOf(closeKiosk)).toEqual([])
  await press('停用')
  expect(body().get('dialog [role="alert"]').text()).not.toBe('')
  isGone = false
  await press('停用')
  expect(body().find('dialog').exists()).toBe(false)
  await press('更换链接')
  expect(bodiesOf(renewKiosk)).toEqual([])
  await press('更换链接')
  expect(bodiesOf(renewKiosk)).toEqual([{ params: { kioskId: 'k1' } }])
  expect(body().text()).toContain(link)
})

it('Z-34: cards for people found one after another, who stay chosen; new cards are asked first', async () => {
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
  const { bodiesOf } = await open()
  await choose(0)
  await flushPromises()
  const tick = (name: string) =>
    body()
      .findAll('label')
      .find((label) => label.text().startsWith(name))
      ?.get('input')
  await tick('张丽')?.setValue(true)
  vi.useFakeTimers()
  await body().get('input[type="search"]').setValue('王')
  vi.runAllTimers()
  vi.useRealTimers()
  await flushPromises()
  expect(tick('孙敏')).toBeUndefined()
  await tick('王建国')?.setValue(true)
  await tick('重新制卡')?.setValue(true)
  await body().get('form').trigger('submit')
  await flushPromises()
  expect(bodiesOf(printCards)).toEqual([])
  await press('重新制卡')
  await vi.waitUntil(() => clicked.mock.calls.length === 1)
  expect(bodiesOf(printCards)).toEqual([{ body: { memberIds: ['m0', 'm1'], isAnew: true } }])
})

it('a department with more people than a phone draws cards for gets none rather than some', async () => {
  const page = Array.from({ length: 200 }, (_, i) => ({ ...people[0], id: `m${i}` }))
  const { bodiesOf } = await open([[listMembers, () => ({ items: page, nextCursor: 'more' })]])
  await choose(7)
  await body().get('form').trigger('submit')
  await flushPromises()
  expect(bodiesOf(listMembers)).toHaveLength(3)
  expect(bodiesOf(printCards)).toEqual([])
})
