import type { Locale } from '../locale.ts'

export interface AuditActionFacts extends Readonly<Record<Locale, string>> {
  /** Somebody's data was looked at, or something was changed. */
  readonly kind: 'read' | 'change'
  /** Kept three years, as records of processing are (PIPL, articles 55 and 56), instead of half a year. */
  readonly isProcessing?: true
}

/**
 * Every action of the audit log with what people are told it is. Names stand in the log for years, so add, never
 * rename. What is not listed here does not compile where it is written down.
 */
export const auditActions = {
  'absence.ended': { kind: 'change', 'zh-CN': '结束请假', en: 'Ended an absence' },
  'absence.entered': { kind: 'change', 'zh-CN': '登记请假', en: 'Entered an absence' },
  'absences.read': { kind: 'read', 'zh-CN': '查看请假名单', en: 'Looked at who is away' },
  'api-token.made': { kind: 'change', 'zh-CN': '创建接口令牌', en: 'Made an API token' },
  'api-token.revoked': { kind: 'change', 'zh-CN': '吊销接口令牌', en: 'Revoked an API token' },
  'audit.anchored': {
    kind: 'change',
    'zh-CN': '锚定审计日志',
    en: 'Anchored the audit logs',
    isProcessing: true,
  },
  'audit.read': { kind: 'read', 'zh-CN': '查看审计日志', en: 'Read the audit log' },
  'audit.exported': { kind: 'read', 'zh-CN': '导出审计日志', en: 'Exported the audit log' },
  'audit.verified': { kind: 'change', 'zh-CN': '校验审计日志', en: 'Verified the audit log' },
  'audit.swept': {
    kind: 'change',
    'zh-CN': '清理到期的审计记录',
    en: 'Swept expired audit entries',
    isProcessing: true,
  },
  'authenticator.removed': { kind: 'change', 'zh-CN': '移除身份验证器', en: 'Removed the authenticator' },
  'authenticator.set': { kind: 'change', 'zh-CN': '设置身份验证器', en: 'Set up the authenticator' },
  'callback.refused': { kind: 'change', 'zh-CN': '拒绝平台回调', en: 'Refused a callback' },
  'ledger.people-read': { kind: 'read', 'zh-CN': '查看发送台账名单', en: 'Looked at who was sent what' },
  'card.printed': { kind: 'change', 'zh-CN': '打印二维码卡', en: 'Printed staff cards' },
  'case.followed': {
    kind: 'change',
    'zh-CN': '跟进异常情况',
    en: 'Followed up an abnormal answer',
    isProcessing: true,
  },
  'case.read': { kind: 'read', 'zh-CN': '查看异常跟进', en: 'Looked at a follow-up' },
  'cases.read': { kind: 'read', 'zh-CN': '查看异常跟进名单', en: 'Looked at who is followed up' },
  'completeness.people-read': { kind: 'read', 'zh-CN': '查看填报名单', en: 'Looked at who has filed' },
  'consent.given': {
    kind: 'change',
    'zh-CN': '确认告知与同意',
    en: 'Took note and consented',
    isProcessing: true,
  },
  'consent.withdrawn': { kind: 'change', 'zh-CN': '撤回同意', en: 'Withdrew a consent', isProcessing: true },
  'daily-run.repeated': { kind: 'change', 'zh-CN': '重新上报', en: 'Reported orgs of a run again' },
  'daily-run.started': { kind: 'change', 'zh-CN': '启动每日上报', en: 'Started a daily run' },
  'directory.members-read': { kind: 'read', 'zh-CN': '查看通讯录成员', en: 'Looked at members' },
  'directory.sync-asked': { kind: 'change', 'zh-CN': '同步通讯录', en: 'Asked for a directory sync' },
  'endpoint.added': { kind: 'change', 'zh-CN': '新增上报接口', en: 'Added an endpoint' },
  'endpoint.changed': { kind: 'change', 'zh-CN': '修改上报接口', en: 'Changed an endpoint' },
  'endpoint.overdue': { kind: 'change', 'zh-CN': '上报接口积压超时', en: 'An endpoint is overdue' },
  'endpoint.paused': { kind: 'change', 'zh-CN': '暂停向接口上报', en: 'Stopped deliveries to an endpoint' },
  'endpoint.resumed': {
    kind: 'change',
    'zh-CN': '恢复向接口上报',
    en: 'Let deliveries to an endpoint go on',
  },
  'endpoint.retired': { kind: 'change', 'zh-CN': '停用上报接口', en: 'Retired an endpoint' },
  'endpoint.tested': { kind: 'change', 'zh-CN': '测试上报接口', en: 'Tested an endpoint' },
  'erasure.asked': {
    kind: 'change',
    'zh-CN': '申请删除个人数据',
    en: 'Asked for deletion',
    isProcessing: true,
  },
  'erasure.objected': {
    kind: 'change',
    'zh-CN': '对删除申请提出异议',
    en: 'Objected to a deletion',
    isProcessing: true,
  },
  'erasure.taken-back': { kind: 'change', 'zh-CN': '撤销删除申请', en: 'Took a deletion request back' },
  'erasures.read': { kind: 'read', 'zh-CN': '查看删除申请', en: 'Looked at deletion requests' },
  'event-feed.opened': { kind: 'change', 'zh-CN': '开启事件流', en: 'Opened the event feed' },
  'export.downloaded': {
    kind: 'read',
    'zh-CN': '下载导出文件',
    en: 'Downloaded an export',
    isProcessing: true,
  },
  'export.made': { kind: 'read', 'zh-CN': '导出答卷', en: 'Exported answers', isProcessing: true },
  'export.removed': { kind: 'change', 'zh-CN': '删除导出文件', en: 'Removed an export' },
  'export.schedule-changed': {
    kind: 'change',
    'zh-CN': '暂停或继续定时导出',
    en: 'Paused or resumed a scheduled export',
  },
  'export.schedule-removed': { kind: 'change', 'zh-CN': '删除定时导出', en: 'Removed a scheduled export' },
  'export.schedule-stopped': {
    kind: 'change',
    'zh-CN': '定时导出已停止',
    en: 'A scheduled export was stopped',
  },
  'export.scheduled': {
    kind: 'change',
    'zh-CN': '设置定时导出',
    en: 'Scheduled an export',
    isProcessing: true,
  },
  'export.schedules-read': { kind: 'read', 'zh-CN': '查看定时导出', en: 'Looked at scheduled exports' },
  'export.started': { kind: 'change', 'zh-CN': '发起导出', en: 'Asked for an export', isProcessing: true },
  'file.deleted': { kind: 'change', 'zh-CN': '删除文件', en: 'Deleted a file' },
  'file.quarantined': { kind: 'change', 'zh-CN': '隔离可疑文件', en: 'Quarantined a file' },
  'file.sent': { kind: 'change', 'zh-CN': '上传文件', en: 'Uploaded a file' },
  'form.designed': { kind: 'change', 'zh-CN': '发布自建表单', en: 'Published an own form' },
  'form.ended': { kind: 'change', 'zh-CN': '结束表单', en: 'Ended a form' },
  'form-test.sent': { kind: 'change', 'zh-CN': '发送测试卡片', en: 'Sent a test card' },
  'form.published': { kind: 'change', 'zh-CN': '发布表单', en: 'Published a form' },
  'form.rules-tried': {
    kind: 'read',
    'zh-CN': '用已有填报试算异常规则',
    en: 'Tried rules on answers given',
    isProcessing: true,
  },
  'form.settings-changed': { kind: 'change', 'zh-CN': '修改表单设置', en: 'Changed a form’s settings' },
  'hold.released': { kind: 'change', 'zh-CN': '解除保留', en: 'Released a legal hold', isProcessing: true },
  'hold.set': { kind: 'change', 'zh-CN': '设置保留', en: 'Set a legal hold', isProcessing: true },
  'kiosk.closed': { kind: 'change', 'zh-CN': '停用现场终端', en: 'Closed a kiosk' },
  'kiosk.opened': { kind: 'change', 'zh-CN': '启用现场终端', en: 'Opened a kiosk' },
  'kiosk.renewed': { kind: 'change', 'zh-CN': '更换现场终端链接', en: 'Gave a kiosk a new link' },
  'kiosks.read': { kind: 'read', 'zh-CN': '查看现场终端', en: 'Looked at the kiosks' },
  'ledger.digested': { kind: 'change', 'zh-CN': '封存当日填报', en: 'Sealed a day of filings' },
  'member.erased': {
    kind: 'change',
    'zh-CN': '删除个人数据',
    en: 'Deleted a person’s data',
    isProcessing: true,
  },
  'org.erased': {
    kind: 'change',
    'zh-CN': '删除组织数据',
    en: 'Deleted an organisation’s data',
    isProcessing: true,
  },
  'own-data.copied': { kind: 'change', 'zh-CN': '下载本人数据', en: 'Downloaded one’s own data' },
  'mail-address.confirmed': { kind: 'change', 'zh-CN': '确认邮箱', en: 'Confirmed a mail address' },
  'mail-address.removed': { kind: 'change', 'zh-CN': '移除邮箱', en: 'Removed a mail address' },
  'mail-address.refused': { kind: 'change', 'zh-CN': '邮箱被退信', en: 'Mail to an address came back' },
  'notifications.chosen': { kind: 'change', 'zh-CN': '选择提醒方式', en: 'Chose how to be reminded' },
  'org.placed': { kind: 'change', 'zh-CN': '设置组织所在地区', en: 'Placed an organisation in a region' },
  'parked-report.settled': { kind: 'change', 'zh-CN': '确认上报结果', en: 'Cleared up a report' },
  'phone.bound': { kind: 'change', 'zh-CN': '绑定手机号', en: 'Bound a phone' },
  'proof.given': { kind: 'change', 'zh-CN': '完成二次验证', en: 'Gave a second proof' },
  'reminder.sent': { kind: 'change', 'zh-CN': '提醒未填报人员', en: 'Reminded people' },
  'reconciliation.started': { kind: 'change', 'zh-CN': '核对上报', en: 'Compared reports' },
  'report.people-read': { kind: 'read', 'zh-CN': '查看上报名单', en: 'Looked at the people of a report' },
  'reports.paused': { kind: 'change', 'zh-CN': '暂停上报', en: 'Stopped deliveries' },
  'reports.resumed': { kind: 'change', 'zh-CN': '恢复上报', en: 'Let deliveries go on' },
  'report.sent': {
    kind: 'change',
    'zh-CN': '向政府上报',
    en: 'Reported to the government',
    isProcessing: true,
  },
  'retention.swept': {
    kind: 'change',
    'zh-CN': '清理到期数据',
    en: 'Swept expired data',
    isProcessing: true,
  },
  'rollup.exported': { kind: 'read', 'zh-CN': '导出地区汇总', en: 'Exported the sums of a region' },
  'rollups.recounted': { kind: 'change', 'zh-CN': '重新汇总', en: 'Counted the sums anew' },
  'session.ended': { kind: 'change', 'zh-CN': '退出登录', en: 'Ended a session' },
  'session.reuse': {
    kind: 'change',
    'zh-CN': '登录凭证被重复使用，已结束登录',
    en: 'Ended a session whose token was used twice',
  },
  'session.started': { kind: 'change', 'zh-CN': '登录', en: 'Signed in' },
  'setup-link.used': { kind: 'change', 'zh-CN': '使用初始化链接登录', en: 'Signed in by the set-up link' },
  'signing-key.rotated': { kind: 'change', 'zh-CN': '更换签名密钥', en: 'Rotated the signing key' },
  'signing-key.withdrawn': { kind: 'change', 'zh-CN': '撤销签名密钥', en: 'Withdrew a signing key' },
  'sms.pumping': { kind: 'change', 'zh-CN': '拦截异常短信请求', en: 'Stopped suspicious SMS requests' },
  'submission.corrected': {
    kind: 'change',
    'zh-CN': '更正答卷',
    en: 'Corrected answers',
    isProcessing: true,
  },
  'submission.filed-at-kiosk': {
    kind: 'change',
    'zh-CN': '现场终端填报',
    en: 'Filed at a kiosk',
    isProcessing: true,
  },
  'submission.filed-for': {
    kind: 'change',
    'zh-CN': '代他人填报',
    en: 'Filed for a colleague',
    isProcessing: true,
  },
  'submission.revealed': {
    kind: 'read',
    'zh-CN': '查看完整证件号或手机号',
    en: 'Opened a masked answer',
    isProcessing: true,
  },
  'submission.files-read': {
    kind: 'read',
    'zh-CN': '查看答卷中的照片和文件',
    en: 'Looked at photos and files of answers',
  },
  'submission.read': { kind: 'read', 'zh-CN': '查看答卷', en: 'Looked at answers' },
  'viewer.added': { kind: 'change', 'zh-CN': '添加督查人员', en: 'Added a government viewer' },
  'viewer.ended': { kind: 'change', 'zh-CN': '停用督查人员', en: 'Ended a government viewer' },
  'webhook.added': { kind: 'change', 'zh-CN': '添加 Webhook', en: 'Added a webhook' },
  'webhook.changed': { kind: 'change', 'zh-CN': '修改 Webhook', en: 'Changed a webhook' },
  'webhook.disabled': { kind: 'change', 'zh-CN': 'Webhook 已自动停用', en: 'A webhook was disabled' },
  'webhook.removed': { kind: 'change', 'zh-CN': '删除 Webhook', en: 'Removed a webhook' },
  'webhook.replayed': { kind: 'change', 'zh-CN': '重放 Webhook 事件', en: 'Replayed events to a webhook' },
  'webhook.resent': { kind: 'change', 'zh-CN': '重发 Webhook 事件', en: 'Sent an event to a webhook again' },
  'webhook.secret-rotated': {
    kind: 'change',
    'zh-CN': '更换 Webhook 密钥',
    en: 'Gave a webhook a new secret',
  },
  'webhook.tested': { kind: 'change', 'zh-CN': '测试 Webhook', en: 'Tested a webhook' },
} as const satisfies Readonly<Record<string, AuditActionFacts>>

/** `noun.verb`, as `submission.read`. */
export type AuditAction = keyof typeof auditActions

export const auditActionNames = Object.keys(auditActions) as readonly AuditAction[] // its own keys

export function isAuditAction(name: string): name is AuditAction {
  return Object.hasOwn(auditActions, name)
}

/** What an action is called; the bare name for one this version no longer knows. */
export function auditActionText(name: string, locale: Locale): string {
  return isAuditAction(name) ? auditActions[name][locale] : name
}

/** Actions of one kind. */
export function auditActionsOf(kind: AuditActionFacts['kind']): readonly AuditAction[] {
  return auditActionNames.filter((name) => auditActions[name].kind === kind)
}

const halfYearDays = 183
const threeYearsDays = 3 * 366

/** Days an entry is kept at least (S-46). */
export function keepDaysOf(name: AuditAction): number {
  const facts: AuditActionFacts = auditActions[name]
  return facts.isProcessing ? threeYearsDays : halfYearDays
}
