import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { createTexts } from './texts.ts'
import ReasonForm from './ReasonForm.vue'

const choices = [
  { value: 'identity-check', text: '核对身份' },
  { value: 'urgent-contact', text: '紧急联系本人' },
]

function open(props: Partial<InstanceType<typeof ReasonForm>['$props']>) {
  return mount(ReasonForm, {
    attachTo: document.body,
    props: { modelValue: '', label: '理由', confirm: '设置保留', ...props },
    global: { plugins: [createTexts('zh-CN')] },
  })
}
afterEach(() => document.body.replaceChildren())

describe('S-37, X-04: nothing that wants a reason is done without one', () => {
  it('says how much is missing, leads there, and confirms nothing', async () => {
    const form = open({ modelValue: '  查  ' })
    await form.get('form').trigger('submit')
    await expect.poll(() => form.text()).toContain('至少 4 个字')
    expect(form.emitted('confirm')).toBeUndefined()
    expect(document.activeElement?.tagName).toBe('TEXTAREA')
  })

  it('asks for a choice where the reason is chosen', async () => {
    const form = open({ choices })
    await form.get('form').trigger('submit')
    await expect.poll(() => form.text()).toContain('请选择一个原因')
    expect(form.emitted('confirm')).toBeUndefined()
    await form.setProps({ modelValue: 'identity-check' })
    await form.get('form').trigger('submit')
    expect(form.emitted('confirm')).toHaveLength(1)
  })

  it('confirms once a reason was given', async () => {
    const form = open({ modelValue: '配合调查' })
    await form.get('form').trigger('submit')
    expect(form.emitted('confirm')).toHaveLength(1)
  })
})
