import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import type { Field, FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { noBridge, mountPage } from '../testing/mount-page.ts'
import FormFields from './FormFields.vue'
import FormProgress from './FormProgress.vue'
import { useFormAnswers } from './use-form-answers.ts'

const both = (text: string) => ({ 'zh-CN': text, en: text })
const yesNo = ['no', 'yes'].map((value, i) => ({ value, code: i + 1, label: both(value) }))
const tracks: Field = {
  id: 'tracks',
  number: 1,
  type: 'group',
  required: true,
  maxRows: 3,
  label: both('今日行程'),
  rowLabel: both('行程 {n}'),
  fields: [
    { id: 'place', number: 2, type: 'text', maxLength: 5, required: true, label: both('地点') },
    { id: 'bus', number: 3, type: 'single-choice', options: yesNo, label: both('乘车') },
    {
      id: 'line',
      number: 4,
      type: 'text',
      maxLength: 9,
      label: both('车次'),
      visibleWhen: { field: 'bus', is: 'yes' },
    },
  ],
}
const table: Field = {
  id: 'meals',
  number: 5,
  type: 'table',
  label: both('三餐'),
  rowLabels: [both('早餐'), both('午餐')],
  fields: [{ id: 'where', number: 6, type: 'text', maxLength: 9, label: both('哪里') }],
}

async function render(fields: readonly Field[], start: Answers = {}) {
  const definition: FormDefinition = {
    id: 'test/form',
    version: 1,
    title: both('表'),
    description: both(''),
    category: 'x',
    period: 'day',
    locked: true,
    fields,
    findings: [],
  }
  const form = useFormAnswers(definition, '2026-11-23')
  form.start(start)
  const profile = { name: '王晓梅', department: '质检部', phone: null }
  const host = defineComponent({
    render: () => [h(FormProgress, { form }), h(FormFields, { form, today: '2026-11-23', profile })],
  })
  const { wrapper } = mountPage(host, { bridge: noBridge })
  // Rows are drawn by a part of the program that comes when it is needed.
  await vi.waitFor(() => expect(wrapper.find('.rows').exists()).toBe(true), { timeout: 20_000 })
  const cell = (path: string) => wrapper.get<HTMLInputElement>(`[id="field-${path}"]`)
  const button = (text: RegExp) => {
    const found = wrapper.findAll('button').find((each) => text.test(each.text()))
    if (!found) throw new Error(`no button ${String(text)}`)
    return found
  }
  const press = async (text: RegExp) => {
    await button(text).trigger('click')
    await flushPromises()
  }
  return { form, wrapper, cell, press }
}
afterEach(() => (document.body.innerHTML = ''))

describe('Z-34: a repeated group on the phone', () => {
  it('is added to, copied, thinned, and a removal undone with all that was in the row', async () => {
    const { form, wrapper, cell, press } = await render([tracks])
    await press(/添加行程 1/)
    await cell('tracks/rows/0/place').setValue('家')
    await press(/复制\s*行程 1/)
    await cell('tracks/rows/1/place').setValue('厂')
    await press(/添加行程 3/)
    expect(wrapper.text()).toContain('最多 3 条')
    expect(wrapper.text()).not.toContain('添加行程 4')
    expect(wrapper.text()).not.toContain('复制')
    await press(/删除\s*行程 1/)
    expect(form.answers.value['tracks']).toEqual({ rows: [{ place: '厂' }, {}] })
    expect(cell('tracks/rows/0/place').element.value).toBe('厂')
    expect(wrapper.get('[role="status"]').text()).toContain('已删除行程 1')
    await press(/撤销/)
    expect(form.answers.value['tracks']).toEqual({ rows: [{ place: '家' }, { place: '厂' }, {}] })
    for (const row of [1, 1, 1]) await press(new RegExp(`删除\\s*行程 ${row}`))
    expect(form.answers.value).toEqual({})
  })

  it('asks in each row what that row’s answers make it ask', async () => {
    const { wrapper } = await render([tracks], { tracks: { rows: [{ bus: 'yes' }, { bus: 'no' }] } })
    expect(wrapper.find('[id="field-tracks/rows/0/line"]').exists()).toBe(true)
    expect(wrapper.find('[id="field-tracks/rows/1/line"]').exists()).toBe(false)
  })

  it('says what is wrong beside its place, which moves with its row', async () => {
    const start = { tracks: { rows: [{ place: '家' }, { bus: 'yes' }] } }
    const { form, wrapper, cell, press } = await render([tracks], start)
    expect(form.check()).toEqual({ firstProblem: 'tracks/rows/1/place' })
    await flushPromises()
    const problems = () => wrapper.findAll('[role="alert"]').map((each) => each.attributes('id'))
    expect(problems()).toEqual(['field-tracks/rows/1/place-problem'])
    await press(/删除\s*行程 1/)
    expect(problems()).toEqual(['field-tracks/rows/0/place-problem'])
    await cell('tracks/rows/0/place').setValue('厂')
    expect(problems()).toEqual([])
  })

  it('of a refusal by the server, too', async () => {
    const { form, wrapper } = await render([tracks], { tracks: { rows: [{ place: '家' }] } })
    form.refuse([{ field: 'tracks', row: 0, reason: 'row.empty' }])
    await flushPromises()
    expect(wrapper.get('[role="alert"]').text()).toBe('没有填写，请填写或删除')
  })
})

describe('Z-34: a table and the parts of a form on the phone', () => {
  it('a table has a card for each of its rows, and none to add', async () => {
    const { form, wrapper, cell } = await render([table])
    expect(wrapper.findAll('h3').map((each) => each.text())).toEqual(['早餐', '午餐'])
    await cell('meals/rows/1/where').setValue('食堂')
    expect(form.answers.value['meals']).toEqual({ rows: [{}, { where: '食堂' }] })
    expect(wrapper.text()).not.toContain('添加')
  })

  it('a section is a heading; progress counts what is required and leads to what is open', async () => {
    const word: Field = { id: 'a', number: 8, type: 'text', maxLength: 9, required: true, label: both('甲') }
    const part: Field = {
      id: 'part',
      number: 7,
      type: 'section',
      label: both('第一部分'),
      text: both('请填'),
    }
    const { wrapper, cell, press } = await render([part, word, tracks], { a: '1' })
    expect(wrapper.get('h2').text()).toBe('第一部分')
    const progress = wrapper.get('button')
    expect(progress.text()).toBe('已填 1/2')
    await press(/已填/)
    expect(document.activeElement?.textContent).toContain('添加行程 1')
    await press(/添加行程 1/)
    await cell('tracks/rows/0/place').setValue('家')
    expect(progress.text()).toBe('已填 2/2')
    expect(progress.attributes('disabled')).toBeDefined()
  })
})
