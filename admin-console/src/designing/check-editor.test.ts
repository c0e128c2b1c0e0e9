import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import type { FieldCheck } from '@kangbao/shared/forms/definition.ts'
import { createTexts } from '../kit/texts.ts'
import CheckEditor from './CheckEditor.vue'
import { newField } from './new-field.ts'

const words = (text: string) => ({ 'zh-CN': text, en: '' })
const field = newField('number', words('小时'), (key) => key)
const before = [{ ...newField('number', words('天数'), (key) => key), id: 'days' }]

function open() {
  const editor = mount(CheckEditor, {
    attachTo: document.body,
    props: {
      field,
      before,
      modelValue: undefined as FieldCheck | undefined,
      'onUpdate:modelValue': (next: FieldCheck | undefined) => editor.setProps({ modelValue: next }),
    },
    global: { plugins: [createTexts('zh-CN')] },
  })
  return editor
}
afterEach(() => document.body.replaceChildren())

describe('Z-37: what an answer has to meet is designed', () => {
  it('it begins with the answer itself, has words of its own, and goes with its last condition', async () => {
    const editor = open()
    await editor.get('button').trigger('click')
    expect(editor.props('modelValue')).toEqual({ when: { field: field.id, atLeast: 0 }, message: words('') })
    expect(editor.text()).toContain('本字段的填写')
    await editor.get('[aria-label="不符合时的提示"]').setValue('夜班最多 8 小时')
    expect(editor.props('modelValue')?.message['zh-CN']).toBe('夜班最多 8 小时')
    await editor.get('[aria-label="删除条件 1"]').trigger('click')
    expect(editor.props('modelValue')).toBeUndefined()
    expect(editor.text()).toBe('添加校验条件')
  })
})
