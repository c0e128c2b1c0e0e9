import type { Option } from '../../forms/definition.ts'

export const yesNo: readonly Option[] = [
  { value: 'no', code: 1, label: { 'zh-CN': '否', en: 'No' } },
  { value: 'yes', code: 2, label: { 'zh-CN': '是', en: 'Yes' } },
]
