import type { LocalText } from '../locale.ts'
import type { FindingRule } from '../forms/definition.ts'

/**
 * Who can be told of a finding without being named: by what he is in the organisation at that moment. `sub-admins` are
 * those of the person's department, `heads` the heads of the nearest department that has one, `publisher` whoever
 * published the form, `viewers` the people its settings let see answers.
 */
export const alertRoles = ['main-admins', 'sub-admins', 'heads', 'publisher', 'viewers'] as const
export type AlertRole = (typeof alertRoles)[number]

/** Who is told at once of an abnormal answer, and how (Z-38). */
export interface RuleAlerts {
  readonly roles: readonly AlertRole[]
  /** Host user ids of people who are told besides, as settings name viewers. */
  readonly people: readonly string[]
  /** Marked in the title of the card, and told in quiet hours too; what is not urgent waits for their end. */
  readonly isUrgent: boolean
  /** What whoever is told should do; the card has a usual sentence when this says nothing. */
  readonly words?: LocalText
}

/** Whom a rule tells that says nothing about it, and whom one tells whose people are all gone. */
export const usualAlerts: RuleAlerts = { roles: ['main-admins', 'sub-admins'], people: [], isUrgent: false }

export const alertsOf = ({ alerts = usualAlerts }: Pick<FindingRule, 'alerts'>): RuleAlerts => alerts

/** A form as it is given to whoever fills it: what it finds, but not who hears of it. */
export function withoutAlerts<Form extends { readonly findings: readonly FindingRule[] }>(form: Form): Form {
  if (!form.findings.some(({ alerts }) => alerts)) return form
  return { ...form, findings: form.findings.map(({ alerts: _told, ...rule }) => rule) }
}
