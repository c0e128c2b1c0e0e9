import type { RollupDefinition } from '../../rollups/definition.ts'

const members = {
  id: 'members',
  count: 'totalMembers',
  label: { 'zh-CN': '应报人数', en: 'People' },
  isSensitive: false,
} as const

/** What the city's staff see of the reports, summed by region (Z-40, Z-46). */
export const rollups: readonly RollupDefinition[] = [
  {
    kind: 'health',
    label: { 'zh-CN': '每日健康', en: 'Daily health' },
    each: 'day',
    figures: [
      members,
      { id: 'filed', count: 'collected', label: { 'zh-CN': '已填报', en: 'Filed' }, isSensitive: false },
      {
        id: 'missing',
        count: 'notCollected',
        label: { 'zh-CN': '未填报', en: 'Not filed' },
        isSensitive: false,
      },
      { id: 'abnormal', count: 'abnormal', label: { 'zh-CN': '异常', en: 'Abnormal' }, isSensitive: true },
      { id: 'fever', count: 'fever', label: { 'zh-CN': '发热', en: 'Fever' }, isSensitive: true },
    ],
    share: { of: 'members', part: 'filed' },
    alarm: 'abnormal',
  },
  {
    kind: 'employment',
    label: { 'zh-CN': '开工登记', en: 'Work-start registration' },
    each: 'standing',
    figures: [
      members,
      {
        id: 'filed',
        count: 'registered',
        label: { 'zh-CN': '已登记', en: 'Registered' },
        isSensitive: false,
      },
      {
        id: 'missing',
        count: 'notRegistered',
        label: { 'zh-CN': '未登记', en: 'Not registered' },
        isSensitive: false,
      },
    ],
    share: { of: 'members', part: 'filed' },
    alarm: null,
  },
]
