import type { FindingRule } from '@kangbao/shared/forms/definition.ts'
import {
  alertRoles,
  alertsOf,
  usualAlerts,
  type AlertRole,
  type RuleAlerts,
} from '@kangbao/shared/rules/alerts.ts'

/** Somebody who may be told of an abnormal answer, and what he is to it. */
export interface Candidate {
  readonly memberId: string
  readonly userId: string
  readonly roles: readonly AlertRole[]
}

/** People who hear of the same rules in the same words, so that one call of the platform is enough for them. */
export interface AlertGroup {
  readonly rules: readonly FindingRule[]
  /** Whether they may open the answers they are told of. */
  readonly mayLook: boolean
  readonly recipients: readonly string[]
}

/** Host user ids of the people whom rules name. */
export function peopleNamed(rules: readonly FindingRule[]): string[] {
  return [...new Set(rules.flatMap((rule) => alertsOf(rule).people))]
}

/**
 * Who hears of which rules. A rule whose people have all left, or that names what nobody is, is told to the admins: an
 * abnormal answer is never told to nobody.
 */
export function alertGroups(
  rules: readonly FindingRule[],
  candidates: readonly Candidate[],
): readonly AlertGroup[] {
  const hears = new Map<Candidate, FindingRule[]>()
  for (const rule of rules) {
    const named = toldBy(alertsOf(rule), candidates)
    for (const person of named.length > 0 ? named : toldBy(usualAlerts, candidates))
      hears.set(person, [...(hears.get(person) ?? []), rule])
  }
  const groups = new Map<string, AlertGroup>()
  for (const [person, about] of hears) {
    const mayLook = person.roles.some((role) => looking.includes(role))
    const key = `${mayLook} ${about.map(({ number }) => number).join()}`
    const recipients = [...(groups.get(key)?.recipients ?? []), person.memberId]
    groups.set(key, { rules: about, mayLook, recipients })
  }
  return [...groups.values()]
}

/** Those who may open answers (Z-24, Z-31); heads and whoever published may not by that alone. */
const looking: readonly AlertRole[] = ['main-admins', 'sub-admins', 'viewers']

const toldBy = ({ roles, people }: RuleAlerts, candidates: readonly Candidate[]) =>
  candidates.filter((each) => people.includes(each.userId) || each.roles.some((role) => roles.includes(role)))

/** Of whom and of which rules a push speaks, as the ledger keeps it. */
export interface AlertAbout {
  readonly memberId: string
  /** Numbers of rules. */
  readonly rules: readonly number[]
  readonly mayLook: boolean
}

export function alertSubject({ memberId, rules, mayLook }: AlertAbout): string {
  return `${memberId}/${rules.join(',')}/${mayLook ? 'look' : 'hear'}`
}

/** Reads it back; null rules are all of them, as pushes say that were planned before rules named anybody. */
export function readAlertSubject(
  subject: string,
): Omit<AlertAbout, 'rules'> & { rules: readonly number[] | null } {
  const [memberId = '', rules, mayLook] = subject.split('/')
  return {
    memberId,
    rules: rules === undefined ? null : rules.split(',').map(Number),
    mayLook: mayLook !== 'hear',
  }
}

/** The roles of a row whose columns are named as they are. */
export function rolesOf(row: Readonly<Record<string, unknown>>): AlertRole[] {
  return alertRoles.filter((role) => row[role] === true)
}
