import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilDate } from '../calendar/civil-day.ts'
import type { Answers, RowAnswers } from '../forms/answers.ts'
import type { Condition } from '../forms/condition.ts'
import type { Field, FormDefinition } from '../forms/definition.ts'
import { definitionProblems } from '../forms/design/definition-problems.ts'
import { blankContent } from '../forms/design/content.ts'
import { definitionOf } from '../forms/design/from-content.ts'
import { facetsOf, findingFacet } from '../forms/facets.ts'
import { validateAnswers } from '../forms/validation.ts'
import { shownWith } from '../forms/visibility.ts'
import {
  dayQuestions,
  madeUpRegions,
  numberQuestions,
  regionQuestions,
} from '../forms/test/made-up-conditions.ts'
import { findingsOf, isAbnormal } from './findings.ts'
import { RulesTrial } from './trial.ts'

const today = civilDate('2026-03-02')
const text = (words: string) => ({ 'zh-CN': words, en: words })
const options = (...values: string[]) => values.map((value) => ({ value, code: 0, label: text(value) }))
const amount = { number: 0, min: -5, max: 50, decimals: 1 } as const

/** Conditions about some questions, nested in every way a designer can. */
const about = (leaves: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> =>
  fc.letrec<{ it: Condition }>((tie) => ({
    it: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaves,
      fc.array(tie('it'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
      fc.array(tie('it'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
      tie('it').map((not) => ({ not })),
    ),
  })).it
const asksChoice = (field: string) =>
  fc.oneof(
    fc.constantFrom('x', 'y').map((is): Condition => ({ field, is })),
    fc.constantFrom('x', 'y').map((isNot): Condition => ({ field, isNot })),
    fc.constantFrom('x', 'y').map((anyExcept): Condition => ({ field, anyExcept })),
    fc.subarray(['x', 'y'], { minLength: 1 }).map((anyOf): Condition => ({ field, anyOf })),
    fc.boolean().map((answered): Condition => ({ field, answered })),
  )
const asksNumber = (field: string) => numberQuestions(fc.constant(field), fc.integer({ min: -5, max: 40 }))
const asksDay = dayQuestions(fc.constant('d'))
const asksRegion = regionQuestions(fc.constant('r'))
const inRow = about(fc.oneof(asksChoice('by'), asksNumber('minutes')))
const asksRows = inRow.map((someRow): Condition => ({ rowsOf: 'g', someRow }))
const anything = about(
  fc.oneof(
    asksChoice('a'),
    asksChoice('b'),
    asksNumber('n'),
    asksNumber('twice'),
    asksRows,
    asksDay,
    asksRegion,
  ),
)

const forms = fc
  .record({
    n: fc.option(about(fc.oneof(asksChoice('a'), asksDay, asksRegion))),
    g: fc.option(about(fc.oneof(asksChoice('a'), asksNumber('n')))),
    minutes: fc.option(about(asksChoice('by'))),
    rules: fc.array(fc.tuple(anything, fc.boolean()), { minLength: 1, maxLength: 4 }),
  })
  .map(({ n, g, minutes, rules }): FormDefinition => {
    const shown = (visibleWhen: Condition | null) => (visibleWhen ? { visibleWhen } : {})
    const fields: Field[] = [
      { id: 'a', number: 0, type: 'single-choice', label: text('a'), options: options('x', 'y') },
      { id: 'b', number: 0, type: 'multiple-choice', label: text('b'), options: options('x', 'y') },
      { id: 'd', number: 0, type: 'date', label: text('d') },
      {
        id: 'r',
        number: 0,
        type: 'region',
        withDetail: false,
        offersLocation: false,
        label: text('r'),
      },
      { ...amount, id: 'n', type: 'number', label: text('n'), ...shown(n) },
      {
        id: 'g',
        number: 0,
        type: 'group',
        label: text('g'),
        rowLabel: text('{n}'),
        maxRows: 3,
        fields: [
          { id: 'by', number: 0, type: 'single-choice', label: text('by'), options: options('x', 'y') },
          { ...amount, id: 'minutes', type: 'number', label: text('m'), ...shown(minutes) },
        ],
        ...shown(g),
      },
      {
        id: 'twice',
        number: 0,
        type: 'computed',
        decimals: 1,
        label: text('twice'),
        expression: { add: [{ field: 'n' }, { field: 'n' }] },
      },
    ]
    const findings = rules.map(([when, abnormal], i) => ({
      id: `r${i}`,
      number: 0,
      label: text(`r${i}`),
      when,
      abnormal,
    }))
    const notice = { ...blankContent().notice, why: text('why') }
    return definitionOf(
      { ...blankContent(), title: text('t'), period: 'day', fields, findings, notice },
      'f',
      [],
    )
  })

const one = fc.constantFrom('x', 'y')
const number = fc.integer({ min: -50, max: 500 }).map((tenths) => tenths / 10)
const given: fc.Arbitrary<Answers> = fc.record(
  {
    a: one,
    b: fc.subarray(['x', 'y'], { minLength: 1 }),
    n: number,
    d: fc.constantFrom('2026-02-16', '2026-03-01', '2026-03-02', '2026-03-04'),
    r: fc.constantFrom(...madeUpRegions).map((code) => ({ code })),
    g: fc
      .array(fc.record({ by: one, minutes: number }, { requiredKeys: [] }), { minLength: 1, maxLength: 3 })
      .map((rows) => ({ rows: rows as RowAnswers[] })),
  },
  { requiredKeys: [] },
)

describe('Z-37, Z-38: rules', () => {
  it('screen, server, export and a trial find the same in the same answers', () => {
    let told = 0
    fc.assert(
      fc.property(forms, given, (form, answers) => {
        fc.pre(definitionProblems(form).length === 0)
        // The screen sends what it shows; the server checks, finds, and stores answers and facets.
        const sent = shownWith(form, answers, today).answers
        const onScreen = findingsOf(form, sent, today).map(({ id }) => id)
        const checked = validateAnswers(form, sent, today)
        fc.pre(checked.ok)
        if (!checked.ok) return
        const findings = findingsOf(form, checked.answers, today)
        const onServer = findings.map(({ id }) => id)
        const facets = facetsOf(form, checked.answers, findings)
        // Lists, receipts and exports read findings off the facets.
        const inExport = form.findings.filter((rule) => facets.includes(findingFacet(rule)))
        // The trial has the stored answers only, and the version they were given to.
        const trial = new RulesTrial(form)
        const stored = JSON.parse(JSON.stringify({ definition: form, answers: checked.answers })) as {
          definition: FormDefinition
          answers: Answers
        } // what was written
        const wasAbnormal = isAbnormal(findings)
        const tried = trial.add({ memberId: 'm', day: today, wasAbnormal, ...stored })
        expect(onScreen).toEqual(onServer)
        expect(inExport.map(({ id }) => id)).toEqual(onServer)
        expect(tried).toEqual({ rules: onServer, isOtherwise: false })
        told += onServer.length
      }),
      { numRuns: 300 },
    )
    expect(told).toBeGreaterThan(100)
  }, 60_000)

  it('a trial counts answers and people by day and rule, and what it marks otherwise', () => {
    const [form] = fc.sample(forms, { numRuns: 1, seed: 1 })
    if (!form) throw new Error('no form')
    const when: Condition = { field: 'n', atLeast: 10 }
    const next = {
      ...form,
      fields: form.fields.map((field) =>
        field.id === 'n'
          ? { ...amount, id: 'n', type: 'number' as const, number: 3, label: text('n') }
          : field,
      ),
      findings: [{ id: 'much', number: 9, label: text('much'), when, abnormal: true }],
    }
    const trial = new RulesTrial(next)
    const add = (memberId: string, day: string, n: number, wasAbnormal: boolean) =>
      trial.add({
        memberId,
        day: civilDate(day),
        definition: form,
        answers: { n },
        wasAbnormal,
      })
    expect(add('m1', '2026-03-02', 12, false)).toEqual({ rules: ['much'], isOtherwise: true })
    add('m1', '2026-03-01', 12, true)
    add('m2', '2026-03-02', 1, true)
    expect(trial.result()).toEqual({
      answers: 3,
      then: 2,
      now: 2,
      added: 1,
      dropped: 1,
      people: 1,
      days: [
        { day: '2026-03-01', answers: 1, then: 1, now: 1 },
        { day: '2026-03-02', answers: 2, then: 1, now: 1 },
      ],
      rules: [{ ruleId: 'much', answers: 2, people: 1 }],
    })
  })
})
