import type { Locale } from '@kangbao/shared/locale.ts'
import type { Run } from './run.ts'
import type { Cell } from './workbook.ts'

const texts = {
  'zh-CN': {
    head: ['项目', '内容'],
    org: '组织',
    form: '表单',
    by: '导出人',
    at: '导出时间',
    days: '日期范围',
    once: '不分期',
    department: '部门',
    all: '导出人可查看的全部部门',
    who: '人员',
    everyone: '全部',
    abnormal: '仅异常',
    rows: '行数',
    secrets: '证件号与手机号',
    masked: '已脱敏',
    full: '完整显示，用途：',
    purpose: '使用须知',
    notice:
      '本文件含个人信息，仅供导出人在所述目的内使用；请勿转发、公开或另作他用，用毕请及时删除。导出与下载均已记入审计日志，相关人员可查看。',
    reasons: {
      'identity-check': '核对身份',
      'urgent-contact': '紧急联系',
      'epidemic-control': '疫情防控',
      'authority-request': '主管部门要求',
    },
  },
  en: {
    head: ['Item', 'Content'],
    org: 'Organisation',
    form: 'Form',
    by: 'Exported by',
    at: 'Exported at',
    days: 'Days',
    once: 'filled once',
    department: 'Department',
    all: 'all the exporter may see',
    who: 'People',
    everyone: 'all',
    abnormal: 'abnormal only',
    rows: 'Rows',
    secrets: 'ID numbers and phones',
    masked: 'masked',
    full: 'in full, for: ',
    purpose: 'Use',
    notice:
      'This file holds personal data. It is for the exporter alone and for the purpose stated: do not pass it on, publish it or use it otherwise, and delete it when it has served. The export and every download stand in the audit log, which those concerned can see.',
    reasons: {
      'identity-check': 'identity check',
      'urgent-contact': 'urgent contact',
      'epidemic-control': 'epidemic control',
      'authority-request': 'request of an authority',
    },
  },
} as const satisfies Readonly<Record<Locale, object>>

/** Who exported what, when and what for: the sheet that goes with every file (S-49). */
export function aboutRows(run: Run, made: string): Cell[][] {
  const { row, org, title, askerName, layout, rowsDone, departmentName } = run
  const t = texts[layout.locale]
  const { from, to, abnormalOnly } = row.request
  const reason = Object.entries(t.reasons).find(([id]) => id === row.reason)?.[1]
  return [
    [...t.head],
    [t.org, org.name],
    [t.form, title],
    [t.by, askerName],
    [t.at, `${made} (${layout.zone})`],
    [t.days, from && to ? `${from} – ${to}` : t.once],
    [t.department, departmentName ?? t.all],
    [t.who, abnormalOnly ? t.abnormal : t.everyone],
    [t.rows, rowsDone],
    [t.secrets, reason === undefined ? t.masked : `${t.full}${reason}`],
    [t.purpose, t.notice],
  ]
}

/** At the foot of every printed page. */
export function footOf({ org, askerName }: Run, made: string): string {
  return `${org.name} · ${askerName} · ${made}`
}
