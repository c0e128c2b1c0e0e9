import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import type { Field, FormDefinition } from '@kangbao/shared/forms/definition.ts'
import type { HostBridge } from '../host/host-bridge.ts'
import { noBridge, mountPage } from '../testing/mount-page.ts'
import FormFields from './FormFields.vue'
import { useFormAnswers } from './use-form-answers.ts'

const both = (text: string) => ({ 'zh-CN': text, en: text })
const formOf = (...fields: Field[]): FormDefinition => ({
  id: 'test/form',
  version: 1,
  title: both('表'),
  description: both(''),
  category: 'x',
  period: 'day',
  locked: true,
  fields,
  findings: [],
})
const yesNo = [
  { value: 'no', code: 1, label: both('否') },
  { value: 'yes', code: 2, label: both('是') },
]

function render(definition: FormDefinition, start: Answers = {}, bridge = noBridge) {
  const form = useFormAnswers(definition, '2026-11-23')
  form.start(start)
  const profile = { name: '王晓梅', department: '质检部', phone: null }
  const host = defineComponent({
    render: () => h(FormFields, { form, today: '2026-11-23', profile, canBind: true }),
  })
  return { form, ...mountPage(host, { bridge }) }
}
const within = (selector: string) => () => {
  const found = document.querySelector(selector)
  if (!found) throw new Error(`no ${selector}`)
  return found
}
afterEach(() => (document.body.innerHTML = ''))

describe('Z-34: each field type', () => {
  it('profile shows who fills and offers to bind a missing phone', () => {
    const { wrapper } = render(
      formOf({ id: 'member', number: 1, type: 'profile', shows: ['name', 'phone'], label: both('填报人') }),
    )
    expect(wrapper.text()).toContain('王晓梅')
    expect(wrapper.text()).toContain('补充手机号')
  })

  it.each([
    { type: 'text', typed: '你好', value: '你好' },
    { type: 'long-text', typed: '第一行\n第二行', value: '第一行\n第二行' },
  ] as const)('$type is typed', async ({ type, typed, value }) => {
    const { wrapper, form } = render(formOf({ id: 'a', number: 1, type, maxLength: 100, label: both('甲') }))
    await wrapper.get('#field-a').setValue(typed)
    expect(form.answers.value['a']).toBe(value)
  })

  it('date-time is picked by the phone, inside the days the form allows', async () => {
    const { wrapper, form } = render(
      formOf({
        id: 'a',
        number: 1,
        type: 'date-time',
        label: both('甲'),
        min: { daysFromToday: -1 },
        max: { daysFromToday: 0 },
      }),
    )
    const input = wrapper.get('#field-a')
    expect(input.attributes()).toMatchObject({
      type: 'datetime-local',
      min: '2026-11-22T00:00',
      max: '2026-11-23T23:59',
    })
    await input.setValue('2026-11-23T08:30')
    expect(form.answers.value['a']).toBe('2026-11-23T08:30')
  })

  it('place is the point the phone finds, and what the person calls it', async () => {
    const locate = vi
      .fn<HostBridge['locate']>()
      .mockRejectedValueOnce(new Error('denied'))
      .mockResolvedValueOnce({
        latitude: 34.8,
        longitude: 113.6,
        accuracyM: 30,
        system: 'gcj-02',
        province: '',
        city: '',
        district: '',
      })
    const { wrapper, form } = render(
      formOf({ id: 'a', number: 1, type: 'place', withAddress: true, label: both('甲') }),
      {},
      { ...noBridge, locate },
    )
    await vi.dynamicImportSettled()
    await wrapper.get('#field-a').trigger('click')
    await flushPromises()
    expect(wrapper.get('[role="status"]').text()).toContain('未能获取位置')
    expect(form.answers.value).toEqual({})
    await wrapper.get('#field-a').trigger('click')
    await flushPromises()
    expect(wrapper.text()).toContain('34.80000, 113.60000 GCJ-02, ±30 m')
    await wrapper.get('input').setValue('东门')
    expect(form.answers.value['a']).toEqual({
      latitude: 34.8,
      longitude: 113.6,
      accuracyM: 30,
      system: 'gcj-02',
      address: '东门',
    })
  })

  it('computed follows what is typed, is read and never typed', async () => {
    const score = (id: string, number: number): Field => ({
      id,
      number,
      type: 'rating',
      max: 5,
      label: both(id),
    })
    const { wrapper, form } = render(
      formOf(score('a', 1), score('b', 2), {
        id: 'mean',
        number: 3,
        type: 'computed',
        expression: { divide: [{ add: [{ field: 'a' }, { field: 'b' }] }, { number: 2 }] },
        decimals: 1,
        unit: '分',
        label: both('平均'),
      }),
    )
    await vi.dynamicImportSettled()
    expect(wrapper.get('output').text()).toBe('—')
    await wrapper.get('[name="field-a"][value="4"]').setValue()
    await wrapper.get('[name="field-b"][value="5"]').setValue()
    expect(wrapper.get('output').text()).toBe('4.5 分')
    expect(form.check()).toEqual({ answers: { a: 4, b: 5, mean: 4.5 } })
  })

  it('rating is one of its scores, whose ends are named', async () => {
    const ends = { lowest: both('很差'), highest: both('很好') }
    const { wrapper, form } = render(
      formOf({ id: 'a', number: 1, type: 'rating', max: 5, ends, label: both('甲') }),
    )
    await vi.dynamicImportSettled()
    const scores = wrapper.findAll('input[type="radio"]')
    expect(scores.map((each) => each.attributes('aria-label'))).toEqual(['1 很差', '2', '3', '4', '5 很好'])
    await scores[3]?.setValue()
    expect(form.answers.value['a']).toBe(4)
  })

  it('number reads full-width digits', async () => {
    const field: Field = {
      id: 'a',
      number: 1,
      type: 'number',
      min: 0,
      max: 99,
      decimals: 0,
      label: both('甲'),
    }
    const { wrapper, form } = render(formOf(field))
    await wrapper.get('#field-a').setValue('１２')
    expect(form.answers.value['a']).toBe(12)
  })

  it('phone drops blanks and id-number grows its X', async () => {
    const { wrapper, form } = render(
      formOf(
        { id: 'p', number: 1, type: 'phone', label: both('手机') },
        { id: 'i', number: 2, type: 'id-number', label: both('证件') },
      ),
    )
    await wrapper.get('#field-p').setValue('138 0000 0001')
    await wrapper.get('#field-i').setValue('11010519491231002x')
    expect(form.answers.value).toEqual({ p: '13800000001', i: '11010519491231002X' })
  })

  it('temperature takes three digits, steps by thumb, and begins empty', async () => {
    const field: Field = {
      id: 't',
      number: 1,
      type: 'temperature',
      min: 35,
      max: 42,
      decimals: 1,
      label: both('体温'),
    }
    const { wrapper, form } = render(formOf(field))
    expect(form.answers.value['t']).toBeUndefined()
    await wrapper.get('#field-t').setValue('365')
    expect(form.answers.value['t']).toBe(36.5)
    await wrapper.get('[aria-label="升高 0.1 度"]').trigger('click')
    expect(form.answers.value['t']).toBe(36.6)
  })

  it('temperature out of bounds is told in words when the field is left', async () => {
    const field: Field = {
      id: 't',
      number: 1,
      type: 'temperature',
      min: 35,
      max: 42,
      decimals: 1,
      label: both('体温'),
    }
    const { wrapper } = render(formOf(field))
    await wrapper.get('#field-t').setValue('600')
    await wrapper.get('#field-t').trigger('blur')
    expect(wrapper.get('[role="alert"]').text()).toContain('35')
  })

  it('single choice keeps one', async () => {
    const { wrapper, form } = render(
      formOf({ id: 'c', number: 1, type: 'single-choice', options: yesNo, label: both('接触') }),
    )
    await wrapper.get('input[value="yes"]').setValue(true)
    expect(form.answers.value['c']).toBe('yes')
  })

  it('multiple choice: “none” excludes the rest and the rest “none”', async () => {
    const options = [
      { value: 'none', code: 1, exclusive: true as const, label: both('无') },
      { value: 'fever', code: 2, label: both('发热') },
      { value: 'cough', code: 3, label: both('干咳') },
    ]
    const { wrapper, form } = render(
      formOf({ id: 's', number: 1, type: 'multiple-choice', options, label: both('症状') }),
    )
    const tap = (value: string) => wrapper.get(`input[value="${value}"]`).trigger('change')
    await tap('cough')
    await tap('fever')
    expect(form.answers.value['s']).toEqual(['fever', 'cough'])
    await tap('none')
    expect(form.answers.value['s']).toEqual(['none'])
    await tap('fever')
    expect(form.answers.value['s']).toEqual(['fever'])
    await tap('fever')
    expect(form.answers.value['s']).toBeUndefined()
  })

  it('Z-37: of a long list one is searched for, by label or initials, and rows are drawn as they are needed', async () => {
    const options = Array.from({ length: 2000 }, (_, i) => ({
      value: `c${i}`,
      code: i + 1,
      label: both(`${i % 2 ? '高' : '初'}中${i}班`),
    }))
    const { wrapper, form } = render(
      formOf({ id: 'c', number: 1, type: 'single-choice', options, label: both('班级') }),
    )
    await vi.waitFor(() => wrapper.get('#field-c'), 5_000)
    await wrapper.get('#field-c').trigger('click')
    const sheet = within('dialog')
    const rows = () => [...sheet().querySelectorAll('li button')]
    expect(rows()).toHaveLength(60)
    const search = sheet().querySelector('input')
    if (!search) throw new Error('no search')
    search.value = 'gz1777'
    search.dispatchEvent(new Event('input'))
    await vi.waitFor(() =>
      expect(rows().map(({ textContent }) => textContent.trim())).toEqual(['高中1777班']),
    )
    for (const row of rows()) row.dispatchEvent(new MouseEvent('click'))
    await flushPromises()
    expect(form.answers.value['c']).toBe('c1777')
    expect(wrapper.get('#field-c').text()).toBe('高中1777班')
    expect(document.querySelector('dialog')).toBeNull()
  })

  it('Z-37: of a long list several are ticked, and each can be taken away where it stands', async () => {
    const options = Array.from({ length: 30 }, (_, i) => ({
      value: `c${i}`,
      code: i + 1,
      label: both(`${i}班`),
    }))
    const { wrapper, form } = render(
      formOf({ id: 'c', number: 1, type: 'multiple-choice', options, label: both('班级') }),
      { c: ['c7'] },
    )
    await vi.waitFor(() => wrapper.get('#field-c'), 5_000)
    await wrapper.get('#field-c').trigger('click')
    const rows = [...within('dialog')().querySelectorAll('li button')]
    // What is chosen already is not searched for.
    expect(
      rows
        .slice(0, 2)
        .map((row) => [row.textContent.trim(), row.ariaPressed ?? row.getAttribute('aria-pressed')]),
    ).toEqual([
      ['7班', 'true'],
      ['0班', 'false'],
    ])
    rows[1]?.dispatchEvent(new MouseEvent('click'))
    await flushPromises()
    expect(form.answers.value['c']).toEqual(['c0', 'c7'])
    await wrapper.get('[aria-label="移除7班"]').trigger('click')
    expect(form.answers.value['c']).toEqual(['c0'])
  })

  it('a date that can only be today is shown, another is asked with its bounds', () => {
    const { wrapper } = render(
      formOf(
        {
          id: 'd',
          number: 1,
          type: 'date',
          min: { daysFromToday: 0 },
          max: { daysFromToday: 0 },
          label: both('日期'),
        },
        { id: 'e', number: 2, type: 'date', min: { daysFromToday: 1 }, label: both('到岗') },
      ),
      { d: '2026-11-23' },
    )
    expect(wrapper.get('#field-d').text()).toContain('11月23日 周一')
    expect(wrapper.get('#field-e').attributes('min')).toBe('2026-11-24')
  })

  it('region: “use my location” finds the district and keeps the position', async () => {
    const bridge: HostBridge = {
      ...noBridge,
      locate: () =>
        Promise.resolve({
          latitude: 34.8,
          longitude: 113.6,
          accuracyM: 30,
          system: 'gcj-02',
          province: '河南省',
          city: '郑州市',
          district: '金水区',
        }),
    }
    const field: Field = {
      id: 'r',
      number: 1,
      type: 'region',
      withDetail: true,
      offersLocation: true,
      label: both('所在地'),
    }
    const { wrapper, form } = render(formOf(field), {}, bridge)
    await wrapper
      .findAll('button')
      .find((button) => button.text() === '使用当前位置')
      ?.trigger('click')
    await expect.poll(() => form.answers.value['r'], { timeout: 5000 }).toMatchObject({ code: '410105' })
    await flushPromises()
    await wrapper.get('[aria-label^="详细地址"]').setValue('花园路 1 号')
    expect(form.answers.value['r']).toMatchObject({
      code: '410105',
      detail: '花园路 1 号',
      position: { latitude: 34.8, longitude: 113.6, accuracyM: 30, system: 'gcj-02' },
    })
  })

  it('declaration is ticked, note only read', async () => {
    const { wrapper, form } = render(
      formOf(
        { id: 'n', number: 1, type: 'note', text: both('请如实填写'), label: both('说明') },
        {
          id: 'p',
          number: 2,
          type: 'declaration',
          required: true,
          text: both('本人承诺'),
          label: both('承诺'),
        },
      ),
    )
    expect(wrapper.text()).toContain('请如实填写')
    expect(form.check()).toEqual({ firstProblem: 'p' })
    await wrapper.get('#field-p').setValue(true)
    expect(form.check()).toEqual({ answers: { p: true } })
  })

  it('a conditional field appears with its condition and its answer goes with it', async () => {
    const { wrapper, form } = render(
      formOf(
        { id: 'c', number: 1, type: 'single-choice', options: yesNo, required: true, label: both('隔离') },
        {
          id: 'w',
          number: 2,
          type: 'text',
          maxLength: 9,
          required: true,
          visibleWhen: { field: 'c', is: 'yes' },
          label: both('哪里'),
        },
      ),
    )
    expect(wrapper.find('#field-w').exists()).toBe(false)
    await wrapper.get('input[value="yes"]').setValue(true)
    await wrapper.get('#field-w').setValue('家')
    await wrapper.get('input[value="no"]').setValue(true)
    expect(wrapper.find('#field-w').exists()).toBe(false)
    expect(form.check()).toEqual({ answers: { c: 'no' } })
  })
})
