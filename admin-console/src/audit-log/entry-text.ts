import { auditActionText, auditActions, isAuditAction } from '@kangbao/shared/audit/actions.ts'
import type { AuditLogEntry } from '@kangbao/shared/contracts/audit-log.ts'
import { useTexts } from '../kit/texts.ts'

const objectKinds = [
  'form',
  'report',
  'submission',
  'session',
  'file',
  'member',
  'directory',
  'audit-log',
  'signing-key',
  'daily-run',
  'anchor',
  'submissions',
  'erasures',
  'erasure',
  'consent',
  'hold',
  'sweep',
  'own-data',
  'others',
  'org',
] as const

const details = [
  'action',
  'actor',
  'answers',
  'answersChanged',
  'bytes',
  'departmentId',
  'digest',
  'ended',
  'facet',
  'fault',
  'field',
  'figure',
  'finding',
  'formId',
  'from',
  'granted',
  'ground',
  'kind',
  'links',
  'memberId',
  'person',
  'reason',
  'reminded',
  'revision',
  'rows',
  'sent',
  'state',
  'subject',
  'templateId',
  'type',
  'until',
  'version',
  'way',
] as const

/** Values that are names, with the words other screens use for them. */
const valueKeys: Readonly<Record<string, string>> = {
  'identity-check': 'submission.reveal-identity-check',
  'urgent-contact': 'submission.reveal-urgent-contact',
  'epidemic-control': 'submission.reveal-epidemic-control',
  'authority-request': 'submission.reveal-authority-request',
  duty: 'privacy.ground-duty',
  'legal-hold': 'privacy.ground-legal-hold',
  'id-number': 'audit.value-id-number',
  phone: 'audit.value-phone',
  sms: 'audit.value-sms',
  workplace: 'audit.value-workplace',
  authenticator: 'audit.value-authenticator',
}

/** An entry in words. */
export function useEntryText() {
  const { t, locale } = useTexts()

  function objectOf({ object }: Pick<AuditLogEntry, 'object'>): string {
    const [kind = '', id = ''] = object.split(/:(.*)/s)
    const known = objectKinds.find((each) => each === kind)
    if (object === '') return '—'
    if (!known) return object
    const period = id.split('/')[1]
    return [t(`audit.object-${known}`), period && period !== 'once' ? period : ''].filter(Boolean).join(' ')
  }
  function actorOf({ actor }: AuditLogEntry): string {
    if (actor.kind === 'operator') return t('role.operator')
    if (actor.kind === 'system') return t('audit.system')
    if (actor.kind === 'token') return [t('audit.token'), actor.name ?? ''].join(' ').trim()
    return actor.name ?? t('audit.somebody')
  }
  /** What a detail is; one of a later version shows its name. */
  function detailName(name: string): string {
    const known = details.find((each) => each === name)
    return known ? t(`audit.detail-${known}`) : name
  }
  function detailValue(name: string, value: unknown): string {
    const key = ['field', 'reason', 'ground', 'way'].includes(name) ? valueKeys[String(value)] : undefined
    return key ? t(key) : String(value)
  }
  return {
    detailName,
    detailValue,
    objectOf,
    actorOf,
    actionOf: ({ action }: AuditLogEntry) => auditActionText(action, locale()),
    isRead: ({ action }: AuditLogEntry) => isAuditAction(action) && auditActions[action].kind === 'read',
  }
}
