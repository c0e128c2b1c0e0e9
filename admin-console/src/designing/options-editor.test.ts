import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Option } from '@kangbao/shared/forms/definition.ts'
import { createTexts } from '../kit/texts.ts'
import OptionsEditor from './OptionsEditor.vue'

const listOf = (count: number): Option[] =>
  Array.from({ length: count }, (_, i) => ({
    value: `o${i}`,
    code: i + 1,
    label: { 'zh-CN': `初三${i + 1}班`, en: '' },
  }))

function open(options: readonly Option[]) {
  const editor = mount(OptionsEditor, {
    attachTo: document.body,
    props: {
      modelValue: options,
      mayExclude: false,
      'onUpdate:modelValue': (next: readonly Option[]) => editor.setProps({ modelValue: next }),
    },
    global: { plugins: [createTexts('zh-CN')] },
  })
  const labels = () =>
    editor
      .findAll<HTMLInputElement>('.option input')
      .filter((_, i) => i % 2 === 0)
      .map(({ element }) => element.value)
  const press = async (name: string) => {
    const button = editor
      .findAll('button')
      .find((each) => (each.attributes('aria-label') ?? each.text()) === name)
    if (!button) throw new Error(`no ${name}`)
    await button.trigger('click')
  }
  const values = () => editor.props('modelValue').map(({ value }) => value)
  return { editor, labels, press, values }
}
afterEach(() => document.body.replaceChildren())

describe('Z-37: options are edited', () => {
  it('a list of one page is all there, without a search; one that is longer comes page by page', async () => {
    const { editor, labels, press, values } = open(listOf(30))
    expect(labels()).toHaveLength(30)
    expect(editor.find('[type="search"]').exists()).toBe(false)
    await editor.setProps({ modelValue: listOf(1999) })
    expect(labels()).toHaveLength(30)
    await press('下一页')
    expect(labels()[0]).toBe('初三31班')
    // What is moved and removed is the option in sight, and one that is added comes into sight.
    await press('上移选项 31')
    expect(values().slice(28, 32)).toEqual(['o28', 'o30', 'o29', 'o31'])
    await press('删除选项 32')
    expect(values().slice(29, 33)).toEqual(['o30', 'o29', 'o32', 'o33'])
    await press('添加选项')
    expect(values()).toHaveLength(1999)
    expect(labels()).toHaveLength(19)
    expect(labels().at(-1)).toBe('')
  })

  it('what is searched for, also by its initials, is the option that is changed', async () => {
    const { editor, labels } = open(listOf(2000))
    await editor.get('[type="search"]').setValue('cs1777')
    await vi.waitFor(() => expect(labels()).toEqual(['初三1777班']))
    await editor.get('.option input').setValue('高一1班')
    expect(editor.props('modelValue')[1776]?.label['zh-CN']).toBe('高一1班')
    expect(editor.props('modelValue')).toHaveLength(2000)
    // It is full.
    const add = editor.findAll('button').find((each) => each.text() === '添加选项')
    expect(add?.attributes('disabled')).toBeDefined()
  })
})
