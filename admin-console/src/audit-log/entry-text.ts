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
] as const

const details = [
  'action',
  'actor',
  'bytes',
  'departmentId',
  'digest',
  'ended',
  'facet',
  'fault',
  'figure',
  'from',
  'kind',
  'links',
  'memberId',
  'person',
  'reason',
  'reminded',
  'revision',
  'rows',
  'state',
  'templateId',
  'type',
  'until',
  'way',
] as const

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
    return actor.name ?? t('audit.somebody')
  }
  /** What a detail is; one of a later version shows its name. */
  function detailName(name: string): string {
    const known = details.find((each) => each === name)
    return known ? t(`audit.detail-${known}`) : name
  }
  return {
    detailName,
    objectOf,
    actorOf,
    actionOf: ({ action }: AuditLogEntry) => auditActionText(action, locale()),
    isRead: ({ action }: AuditLogEntry) => isAuditAction(action) && auditActions[action].kind === 'read',
  }
}
