import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import type { RepeatSchedule } from '@kangbao/shared/calendar/schedule.ts'
import { previewSends, type FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { Locale } from '@kangbao/shared/locale.ts'
import { mountPage } from '@kangbao/kit/testing/mount-page.ts'
import SendPreview from './components/SendPreview.vue'
import SettingsWhen from './components/SettingsWhen.vue'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

const weekdays: RepeatSchedule = { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '08:00' }

async function preview(days: readonly string[], locale: Locale = 'zh-CN') {
  const sends = days.map((day) => new Date(`${day}T08:00:00+08:00`).toISOString())
  const { wrapper } = mountPage(SendPreview, {
    props: { repeat: weekdays, endsOn: null },
    locale,
    messages: locale === 'en' ? en : zhCN,
    answers: [[previewSends, () => ({ sends, beginsTomorrow: true })]],
  })
  await flushPromises()
  return { items: wrapper.findAll('li').map((item) => item.text()), warning: wrapper.find('[role=status]') }
}

afterEach(() => {
  document.body.innerHTML = ''
})

it('Z-31: the next sends name their holidays and the days worked in return', async () => {
  const { items, warning } = await preview(['2026-09-30', '2026-10-01', '2026-10-10'])
  expect(items).toEqual([
    '9月30日 周三 08:00',
    '10月1日 周四 08:00 国庆节放假',
    '10月10日 周六 08:00 国庆节调休上班',
  ])
  expect(warning.exists()).toBe(false)
  const english = await preview(['2026-10-01', '2026-10-10'], 'en')
  expect(english.items).toEqual([
    '1 Oct, Thu 08:00 National Day, day off',
    '10 Oct, Sat 08:00 Worked in return for National Day',
  ])
})

it('Z-31: a year whose holidays are not announced is named', async () => {
  const { warning } = await preview(['2026-12-25', '2026-12-28'])
  expect(warning.text()).toContain('2027 年放假安排尚未公布')
})

it('Z-31: working days only leave the weekends no choice and are taken back whole', async () => {
  const settings: FormSettings = {
    whoMayFill: 'org',
    audience: { kind: 'all' },
    sharedViewers: [],
    tellsPublisher: false,
    sendsDing: false,
    repeat: weekdays,
    endsOn: null,
    reminders: { memberAfterMinutes: null, headsAfterMinutes: null },
  }
  const chosen: FormSettings[] = []
  const { wrapper } = mountPage(SettingsWhen, {
    props: {
      period: 'day',
      modelValue: settings,
      'onUpdate:modelValue': (value: FormSettings) => {
        chosen.push(value)
        void wrapper.setProps({ modelValue: value })
      },
    },
    messages: zhCN,
    answers: [[previewSends, () => ({ sends: [], beginsTomorrow: false })]],
  })
  const only = wrapper.findAll('label').find((label) => label.text().startsWith('仅工作日发送'))
  const disabled = () => wrapper.findAll('.day').map((day) => day.attributes('disabled') !== undefined)
  expect(disabled()).not.toContain(true)
  await only?.get('input').setValue(true)
  expect(chosen.at(-1)?.repeat).toEqual({ weekdays: [1, 2, 3, 4, 5], time: '08:00', workingDaysOnly: true })
  expect(disabled()).toEqual([false, false, false, false, false, true, true])
  await only?.get('input').setValue(false)
  expect(chosen.at(-1)?.repeat).toEqual({ weekdays: [1, 2, 3, 4, 5], time: '08:00' })
})
