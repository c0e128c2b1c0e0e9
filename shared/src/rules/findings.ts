import type { CivilDate } from '../calendar/civil-day.ts'
import type { Answers } from '../forms/answers.ts'
import { holds } from '../forms/condition.ts'
import type { FindingRule, FormDefinition } from '../forms/definition.ts'

/**
 * Every rule of the form that these answers meet, in the form's order (Z-38).
 * @param today civil day of filing in the org's zone: of stored answers the day they were given.
 */
export function findingsOf(form: FormDefinition, answers: Answers, today: CivilDate): FindingRule[] {
  return form.findings.filter((rule) => holds(rule.when, answers, today))
}

/** Whether any finding makes the submission abnormal. */
export function isAbnormal(findings: readonly FindingRule[]): boolean {
  return findings.some((finding) => finding.abnormal)
}
