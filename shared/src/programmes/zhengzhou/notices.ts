import type { ConsentPurpose, Notice } from '../../consents/notice.ts'

export const orderedByTheCity = {
  'zh-CN':
    '根据《中华人民共和国传染病防治法》和郑州市疫情防控要求，企业须组织员工登记健康情况。处理依据为应对突发公共卫生事件所必需（《个人信息保护法》第十三条第一款第三、四项），填报内容本身不以你的同意为前提；我们有义务如实告知你。',
  en: 'The law on infectious diseases and the city’s orders oblige enterprises to register the health of their staff. The basis is a public-health duty (PIPL, article 13(1)(3) and (4)): what the order asks for does not rest on your consent, and we owe you this notice.',
} as const

export const seenBy = [
  {
    'zh-CN': '你所在组织的主管理员，以及你所在部门的子管理员（每次查看都会留下记录，你可以在“我的”中看到）',
    en: 'Your organisation’s main admin and the sub-admin of your department. Every look is written down, and you can see it under “Me”.',
  },
  {
    'zh-CN': '发布此表单时指定的查看人',
    en: 'People named as viewers when the form was published',
  },
  {
    'zh-CN': '郑州市有关部门：只收到人数统计，不含任何个人内容',
    en: 'The city’s authorities: counts only, nothing about a person',
  },
] as const

const healthRemarks: ConsentPurpose = {
  id: 'remarks',
  label: { 'zh-CN': '自愿补充健康备注', en: 'Health remarks of your own accord' },
  text: {
    'zh-CN': '你可以在“备注”里补充自己的健康情况。这不在上报要求之内，仅在你单独同意后才收集。',
    en: 'You may add remarks about your health. The order does not ask for them, so they are taken only with your separate consent.',
  },
  refusal: {
    'zh-CN': '不同意也可以正常填报，表单中不再出现“备注”。',
    en: 'If you do not agree you can still file; the remarks are left out of the form.',
  },
  isSensitive: true,
  fields: ['remarks'],
}

const isolationHistory: ConsentPurpose = {
  id: 'isolation-history',
  label: { 'zh-CN': '自愿填写隔离结束日期', en: 'End of an isolation, of your own accord' },
  text: {
    'zh-CN': '“隔离结束日期”为选填，不在登记要求之内，仅在你单独同意后才收集。',
    en: 'The end of an isolation is not asked for by the order, so it is taken only with your separate consent.',
  },
  refusal: {
    'zh-CN': '不同意也可以正常登记，表单中不再出现此项。',
    en: 'If you do not agree you can still register; the question is left out.',
  },
  isSensitive: true,
  fields: ['isolation-finished'],
}

/** Notice of the daily check-in. */
export const dailyNotice: Notice = {
  version: 1,
  basis: 'public-health-duty',
  ground: orderedByTheCity,
  collects: [
    {
      label: { 'zh-CN': '姓名、部门、手机号', en: 'Name, department, phone' },
      why: { 'zh-CN': '确认填报人', en: 'To know who files' },
      fields: ['member', 'date', 'at-work'],
      isSensitive: false,
    },
    {
      label: { 'zh-CN': '体温、症状', en: 'Temperature and symptoms' },
      why: { 'zh-CN': '及早发现发热等异常', en: 'To notice fever and the like early' },
      fields: ['temperature', 'symptoms', 'symptoms-other'],
      isSensitive: true,
    },
    {
      label: { 'zh-CN': '接触史、隔离情况', en: 'Contacts and isolation' },
      why: { 'zh-CN': '判断传播风险', en: 'To judge the risk of spreading' },
      fields: ['contact-case', 'contact-region', 'isolation', 'isolation-since'],
      isSensitive: true,
    },
    {
      label: {
        'zh-CN': '当前所在地（到区县）、是否到过重点地区',
        en: 'Where you are (district) and have been',
      },
      why: { 'zh-CN': '核对是否来自重点地区', en: 'To tell stays in key regions' },
      fields: ['place', 'been-region'],
      isSensitive: true,
    },
  ],
  seenBy,
  effect: {
    'zh-CN':
      '健康和行踪属于敏感个人信息，仅用于疫情防控。出现发热等异常时会立即通知管理员，可能影响你当天是否到岗。',
    en: 'Health and whereabouts are sensitive; they serve epidemic control only. Fever and the like alert your admins at once and may decide whether you go to work that day.',
  },
  keptDays: 180,
  purposes: [healthRemarks],
}

const companions: ConsentPurpose = {
  id: 'companions',
  label: { 'zh-CN': '自愿填写同行人', en: 'Companions, of your own accord' },
  text: {
    'zh-CN':
      '你可以填写同行人的姓名和手机号，便于排查时联系。这不在登记要求之内，仅在你单独同意后才收集；请先征得同行人同意。',
    en: 'You may name your companions and their phones, so that they can be reached. The order does not ask for them, so they are taken only with your separate consent; please ask your companions first.',
  },
  refusal: {
    'zh-CN': '不同意也可以正常登记，行程中不再出现同行人。',
    en: 'If you do not agree you can still register; companions are left out of the tracks.',
  },
  isSensitive: true,
  fields: ['tracks/companion', 'tracks/companion-phone'],
}

/** Notice of the tracks of a day. */
export const dayTracksNotice: Notice = {
  version: 1,
  basis: 'public-health-duty',
  ground: orderedByTheCity,
  collects: [
    {
      label: { 'zh-CN': '姓名、部门、日期', en: 'Name, department, day' },
      why: { 'zh-CN': '确认填报人', en: 'To know who files' },
      fields: ['member', 'date', 'promise'],
      isSensitive: false,
    },
    {
      label: { 'zh-CN': '当天行程、交通方式、就餐地点', en: 'Tracks, transport and meals of the day' },
      why: {
        'zh-CN': '出现病例时快速排查密切接触者',
        en: 'To find close contacts quickly when there is a case',
      },
      fields: ['went-out', 'tracks', 'places-count', 'meals'],
      isSensitive: true,
    },
  ],
  seenBy,
  effect: {
    'zh-CN': '行踪属于敏感个人信息，仅用于疫情防控。登记接触确诊或疑似人员时会立即通知管理员。',
    en: 'Whereabouts are sensitive; they serve epidemic control only. A contact with a case alerts your admins at once.',
  },
  keptDays: 30,
  purposes: [companions],
}

/** Notice of the work-start registration. */
export const workStartNotice: Notice = {
  version: 1,
  basis: 'public-health-duty',
  ground: orderedByTheCity,
  collects: [
    {
      label: { 'zh-CN': '姓名、手机号、部门、到岗日期', en: 'Name, phone, department, first working day' },
      why: { 'zh-CN': '确认登记人和到岗安排', en: 'To know who registers and when he comes' },
      fields: ['name', 'phone', 'department', 'first-day', 'promise'],
      isSensitive: false,
    },
    {
      label: { 'zh-CN': '身份证号', en: 'ID number' },
      why: {
        'zh-CN': '按登记要求核实身份，加密保存，列表中只显示首尾各两位',
        en: 'To identify you as the order asks; stored sealed, shown by two and two digits',
      },
      fields: ['id-number'],
      isSensitive: true,
    },
    {
      label: {
        'zh-CN': '住址、来郑行程、近 14 天到过的地方',
        en: 'Address, journey, places of the last 14 days',
      },
      why: {
        'zh-CN': '判断传播风险，必要时联系到你',
        en: 'To judge the risk of spreading and to reach you if need be',
      },
      fields: ['home', 'came-from', 'arrived-on', 'transport', 'transport-number', 'places'],
      isSensitive: true,
    },
  ],
  seenBy,
  effect: {
    'zh-CN': '身份证号和行踪属于敏感个人信息，仅用于疫情防控登记，不影响你与单位的其他关系。',
    en: 'ID number and whereabouts are sensitive; they serve this registration only and touch nothing else between you and your employer.',
  },
  keptDays: 365,
  purposes: [isolationHistory],
}
