import type { ConsentPurpose, Notice } from '../../consents/notice.ts'
import { orderedByTheCity, seenBy } from './notices.ts'

const proofs: ConsentPurpose = {
  id: 'proofs',
  label: { 'zh-CN': '自愿提供健康证明', en: 'Proofs of health, of your own accord' },
  text: {
    'zh-CN':
      '健康码、核酸截图和检测报告为选填，不在登记要求之内，仅在你单独同意后才收集。照片中的拍摄地点、设备等信息上传后即被去除。',
    en: 'The picture of your health code and the test report are not asked for by the order, so they are taken only with your separate consent. Place and device are removed from pictures as they arrive.',
  },
  refusal: {
    'zh-CN': '不同意也可以正常签署承诺书，表单中不再出现这两项。',
    en: 'If you do not agree you can still sign the pledge; both questions are left out.',
  },
  isSensitive: true,
  fields: ['health-code', 'test-report'],
}

/** Notice of the return-to-work pledge. */
export const returnPledgeNotice: Notice = {
  version: 1,
  basis: 'public-health-duty',
  ground: orderedByTheCity,
  collects: [
    {
      label: { 'zh-CN': '姓名、部门、返岗日期', en: 'Name, department, day of return' },
      why: { 'zh-CN': '确认承诺人和返岗安排', en: 'To know who promises and when he comes back' },
      fields: ['name', 'department', 'returns-on', 'promise'],
      isSensitive: false,
    },
    {
      label: { 'zh-CN': '手写签名', en: 'Your signature' },
      why: {
        'zh-CN': '确认承诺由本人作出，加密保存',
        en: 'To know that the promise is yours; stored sealed',
      },
      fields: ['signature'],
      isSensitive: true,
    },
  ],
  seenBy,
  effect: {
    'zh-CN': '签名和健康证明属于敏感个人信息，仅用于返岗登记，不作其他用途。',
    en: 'The signature and the proofs of health are sensitive; they serve this registration and nothing else.',
  },
  keptDays: 180,
  purposes: [proofs],
}
