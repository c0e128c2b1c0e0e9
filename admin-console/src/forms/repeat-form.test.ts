import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { RepeatSchedule } from '@kangbao/shared/calendar/schedule.ts'
import { openPage } from '../../test/console.ts'
import RepeatForm from './RepeatForm.vue'
import { copyOf } from './settings-draft.ts'

const weekdays: RepeatSchedule = { weekdays: [1, 2, 3, 4, 5], time: '08:00' }
const working: RepeatSchedule = { ...weekdays, workingDaysOnly: true }

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

async function form(now: string, repeat: RepeatSchedule) {
  vi.setSystemTime(new Date(`${now}T09:00:00+08:00`))
  const { wrapper } = await openPage(RepeatForm, {
    role: 'main-admin',
    path: '/',
    props: { modelValue: repeat, endsOn: null },
    replies: {},
  })
  return { wrapper, items: wrapper.findAll('li').map((item) => item.text()) }
}

it('Z-31: ten sends are shown, with the holidays they fall on', async () => {
  const { items } = await form('2026-09-29', weekdays)
  expect(items).toHaveLength(10)
  expect(items.slice(0, 2)).toEqual(['9月30日 周三 08:00', '10月1日 周四 08:00 国庆节放假'])
})

it('Z-31: working days leave them out and name the days worked in return', async () => {
  const { wrapper, items } = await form('2026-09-29', working)
  expect(items.slice(0, 4)).toEqual([
    '9月30日 周三 08:00',
    '10月8日 周四 08:00',
    '10月9日 周五 08:00',
    '10月10日 周六 08:00 国庆节调休上班',
  ])
  const choices = wrapper.findAll<HTMLInputElement>('.el-checkbox-button input')
  expect(choices.map((choice) => choice.element.disabled)).toEqual([...Array(5).fill(false), true, true])
  expect(wrapper.find('[role=status]').exists()).toBe(false)
})

it('Z-31: a year whose holidays are not announced is named', async () => {
  const { wrapper } = await form('2026-12-20', working)
  expect(wrapper.get('[role=status]').text()).toContain('2027 年放假安排尚未公布')
})

it('Z-31: the switch changes the repetition, and a copy of the settings keeps it', async () => {
  const { wrapper } = await form('2026-09-29', { ...weekdays, weekdays: [1, 6] })
  await wrapper.get('.el-checkbox input[type=checkbox]:not(.el-checkbox-button *)').setValue(true)
  const [changed] = wrapper.emitted<[RepeatSchedule]>('update:modelValue')?.at(-1) ?? []
  expect(changed).toEqual({ weekdays: [1], time: '08:00', workingDaysOnly: true })
  const settings = {
    whoMayFill: 'org',
    audience: { kind: 'all' },
    sharedViewers: [],
    tellsPublisher: false,
    sendsDing: false,
    repeat: working,
    endsOn: null,
    reminders: { memberAfterMinutes: null, headsAfterMinutes: null },
  } as const satisfies Parameters<typeof copyOf>[0]
  expect(copyOf(settings)).toEqual(settings)
})
