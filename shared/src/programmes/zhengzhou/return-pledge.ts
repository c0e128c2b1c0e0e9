import type { FormDefinition } from '../../forms/definition.ts'

/** 返岗承诺书: signed once before coming back to work, with proofs of health for whoever wants to add them. */
export const returnPledge: FormDefinition = {
  id: 'zhengzhou/return-pledge',
  version: 1,
  title: { 'zh-CN': '员工返岗承诺书', en: 'Return-to-work pledge' },
  description: {
    'zh-CN': '返岗前填写并签名，只需填写一次',
    en: 'Filled and signed once, before you come back to work',
  },
  category: 'season',
  period: 'once',
  locked: true,
  fields: [
    {
      id: 'name',
      number: 1,
      type: 'text',
      maxLength: 40,
      prefill: 'name',
      required: true,
      label: { 'zh-CN': '姓名', en: 'Name' },
    },
    {
      id: 'department',
      number: 2,
      type: 'text',
      maxLength: 200,
      prefill: 'department',
      required: true,
      label: { 'zh-CN': '部门', en: 'Department' },
    },
    {
      id: 'returns-on',
      number: 3,
      type: 'date',
      min: { daysFromToday: 0 },
      required: true,
      label: { 'zh-CN': '计划返岗日期', en: 'Planned day of return' },
    },
    {
      id: 'health-code',
      number: 4,
      type: 'photo',
      most: 3,
      label: { 'zh-CN': '健康码或核酸结果截图', en: 'Picture of your health code or test result' },
      hint: { 'zh-CN': '选填，最多 3 张', en: 'Optional, at most 3' },
    },
    {
      id: 'test-report',
      number: 5,
      type: 'file',
      most: 1,
      label: { 'zh-CN': '检测报告', en: 'Test report' },
      hint: { 'zh-CN': '选填，PDF 或图片', en: 'Optional, a PDF or a picture' },
    },
    {
      id: 'promise',
      number: 6,
      type: 'declaration',
      required: true,
      label: { 'zh-CN': '返岗承诺', en: 'Pledge' },
      text: {
        'zh-CN': '本人承诺返岗前 14 天内无发热、咳嗽等症状，返岗后遵守防疫要求，出现不适立即报告。',
        en: 'I had no fever or cough in the last 14 days, will keep to the rules at work, and report at once when I feel unwell.',
      },
    },
    {
      id: 'signature',
      number: 7,
      type: 'signature',
      required: true,
      label: { 'zh-CN': '本人签名', en: 'Your signature' },
    },
  ],
  findings: [],
}
