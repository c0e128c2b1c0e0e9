import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { AnswerValue } from '@kangbao/shared/forms/answers.ts'
import type { Field } from '@kangbao/shared/forms/definition.ts'
import { createTexts } from '../kit/texts.ts'
import AnswerField from './AnswerField.vue'

const both = (text: string) => ({ 'zh-CN': text, en: text })
const base = { id: 'a', number: 1, label: both('甲') }

function open(field: Field, value?: AnswerValue) {
  return mount(AnswerField, {
    attachTo: document.body,
    props: { field, value },
    global: { plugins: [createTexts('zh-CN')] },
  })
}
afterEach(() => document.body.replaceChildren())

describe('Z-35: an administrator corrects', () => {
  it('a date with its time of day, to the minute', async () => {
    const field = open({ ...base, type: 'date-time' }, '2026-03-02T08:30')
    const input = field.get('input')
    expect(input.element.value).toBe('2026-03-02 08:30')
    await input.setValue('2026-03-02 09:15')
    await input.trigger('change')
    expect(field.emitted('answer')?.at(-1)).toEqual(['2026-03-02T09:15'])
  })

  it('a score', async () => {
    const field = open({ ...base, type: 'rating', max: 5 }, 2)
    expect(field.get('[role="slider"]').attributes()).toMatchObject({
      'aria-valuenow': '2',
      'aria-valuemax': '5',
    })
    await field.findAll('.el-rate__item')[3]?.trigger('click')
    expect(field.emitted('answer')).toEqual([[4]])
  })

  it('what a place is called, never where it is', async () => {
    const point = { latitude: 34.8, longitude: 113.6, accuracyM: 30, system: 'gcj-02' as const }
    const field = open({ ...base, type: 'place', withAddress: true }, { ...point, address: '东门' })
    expect(field.text()).toContain('34.80000, 113.60000 GCJ-02')
    expect(field.findAll('input')).toHaveLength(1)
    await field.get('input').setValue('西门')
    expect(field.emitted('answer')?.at(-1)).toEqual([{ ...point, address: '西门' }])
    await field.get('input').setValue('')
    expect(field.emitted('answer')?.at(-1)).toEqual([point])
  })

  it('Z-37: one of a long list, which is not drawn as two thousand buttons', async () => {
    const options = Array.from({ length: 2000 }, (_, i) => ({
      value: `c${i}`,
      code: i + 1,
      label: both(`${i}班`),
    }))
    const field = open({ ...base, type: 'single-choice', options }, 'c1777')
    expect(field.findAll('input[type="radio"]')).toHaveLength(0)
    await vi.waitFor(() => expect(field.text()).toContain('1777班'))
  })

  it('nothing of what is computed', () => {
    const computed: Field = {
      ...base,
      type: 'computed',
      expression: { number: 1 },
      decimals: 1,
      unit: '分',
    }
    const field = open(computed, 4.5)
    expect(field.text()).toBe('4.5 分')
    expect(field.find('input').exists()).toBe(false)
    expect(open(computed).text()).toBe('—')
  })
})
