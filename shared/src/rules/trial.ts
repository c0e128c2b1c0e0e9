import type { CivilDate } from '../calendar/civil-day.ts'
import type { Answers } from '../forms/answers.ts'
import type { FormDefinition } from '../forms/definition.ts'
import { answersStillFitting } from '../forms/design/succession.ts'
import { shownWith } from '../forms/visibility.ts'
import { findingsOf, isAbnormal } from './findings.ts'

/** An answer given under one version of a form, to be looked at with the rules of another. */
export interface TriedAnswer {
  readonly memberId: string
  /** Civil day it counts on, from which days in it are counted: see `answeredOn()`. */
  readonly day: CivilDate
  readonly definition: FormDefinition
  readonly answers: Answers
  /** As it was marked when it was filed. */
  readonly wasAbnormal: boolean
}

export interface DayTried {
  readonly day: CivilDate
  readonly answers: number
  /** Abnormal as marked then, and by the rules tried. */
  readonly then: number
  readonly now: number
}
export interface RuleTried {
  readonly ruleId: string
  readonly answers: number
  readonly people: number
}
export interface RulesTried {
  readonly answers: number
  /** Abnormal then and now, and how many of each differ. */
  readonly then: number
  readonly now: number
  readonly added: number
  readonly dropped: number
  /** People with an abnormal answer by the rules tried. */
  readonly people: number
  /** The first first; days without an answer are left out. */
  readonly days: readonly DayTried[]
  /** In the order of the form. */
  readonly rules: readonly RuleTried[]
}

/** What the rules of a form find in answers given to this or an earlier version of it. */
export function findingsIn(form: FormDefinition, { definition, answers, day }: TriedAnswer) {
  const fitting = answersStillFitting(form, definition, answers, day)
  return findingsOf(form, shownWith(form, fitting, day).answers, day)
}

/** Tries the rules of a form on answers, one after another (Z-37). */
export class RulesTrial {
  readonly #form: FormDefinition
  readonly #days = new Map<CivilDate, { answers: number; then: number; now: number }>()
  readonly #rules = new Map<string, { answers: number; readonly people: Set<string> }>()
  readonly #people = new Set<string>()
  #answers = 0
  #then = 0
  #now = 0
  #added = 0
  #dropped = 0

  constructor(form: FormDefinition) {
    this.#form = form
    for (const { id } of form.findings) this.#rules.set(id, { answers: 0, people: new Set() })
  }

  /** @returns ids of the rules it meets, and whether they mark it otherwise than it was. */
  add(answer: TriedAnswer): { readonly rules: readonly string[]; readonly isOtherwise: boolean } {
    const { memberId, wasAbnormal } = answer
    const findings = findingsIn(this.#form, answer)
    const isNow = isAbnormal(findings)
    const day = this.#days.get(answer.day) ?? { answers: 0, then: 0, now: 0 }
    this.#days.set(answer.day, day)
    day.answers += 1
    day.then += Number(wasAbnormal)
    day.now += Number(isNow)
    this.#answers += 1
    this.#then += Number(wasAbnormal)
    this.#now += Number(isNow)
    this.#added += Number(isNow && !wasAbnormal)
    this.#dropped += Number(wasAbnormal && !isNow)
    if (isNow) this.#people.add(memberId)
    for (const { id } of findings) {
      const rule = this.#rules.get(id)
      if (!rule) continue
      rule.answers += 1
      rule.people.add(memberId)
    }
    return { rules: findings.map(({ id }) => id), isOtherwise: isNow !== wasAbnormal }
  }

  result(): RulesTried {
    const days = [...this.#days].map(([day, counts]) => ({ day, ...counts }))
    return {
      answers: this.#answers,
      then: this.#then,
      now: this.#now,
      added: this.#added,
      dropped: this.#dropped,
      people: this.#people.size,
      days: days.sort((a, b) => (a.day < b.day ? -1 : 1)),
      rules: [...this.#rules].map(([ruleId, { answers, people }]) => ({
        ruleId,
        answers,
        people: people.size,
      })),
    }
  }
}
