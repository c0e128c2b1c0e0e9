import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilDate } from '../calendar/civil-day.ts'
import { programmes } from '../programmes/catalogue.ts'
import type { Answers, AnswerValue } from './answers.ts'
import { expressionProblems } from './computed.ts'
import type { Condition } from './condition.ts'
import type { ComputedField, Field, FormDefinition } from './definition.ts'
import { deepestExpression, evaluate, type Expression } from './expression.ts'
import { facetsOf } from './facets.ts'
import { validateAnswers } from './validation.ts'
import { shownWith, visibleFields } from './visibility.ts'

const today = civilDate('2026-03-02')
const text = (value: string) => ({ 'zh-CN': value, en: value })
const n = (number: number): Expression => ({ number })
const f = (field: string): Expression => ({ field })
const number = (id: string, at: number, required = false): Field => ({
  id,
  number: at,
  type: 'number',
  min: -100,
  max: 100,
  decimals: 2,
  required,
  label: text(id),
})
const computed = (id: string, at: number, expression: Expression): ComputedField => ({
  id,
  number: at,
  type: 'computed',
  expression,
  decimals: 1,
  label: text(id),
  bands: [
    { code: 1, label: text('low'), below: 10 },
    { code: 2, label: text('high'), from: 10 },
  ],
})
const formOf = (fields: readonly Field[]): FormDefinition => ({
  id: 'made/up',
  version: 1,
  title: text('t'),
  description: text('d'),
  category: 'c',
  period: 'day',
  locked: true,
  fields,
  findings: [],
})
const nested = (levels: number): Expression => (levels === 1 ? n(1) : { add: [nested(levels - 1)] })

describe('Z-37: expressions', () => {
  const answers: Answers = { a: 6, b: 4, word: '7' }
  it.each<[string, Expression, number | undefined]>([
    ['a number', n(3), 3],
    ['an answer', f('a'), 6],
    ['an open answer', f('open'), undefined],
    ['an open answer that counts as 0', { field: 'open', ifOpen: 0 }, 0],
    ['a text is no number', f('word'), undefined],
    ['a name every object has', f('constructor'), undefined],
    ['a sum', { add: [f('a'), f('b'), n(1)] }, 11],
    ['a sum with an open answer', { add: [f('a'), f('open')] }, undefined],
    ['a sum of nothing', { add: [] }, 0],
    ['a difference', { subtract: [f('b'), f('a')] }, -2],
    ['a product', { multiply: [f('a'), f('b')] }, 24],
    ['a quotient', { divide: [f('a'), f('b')] }, 1.5],
    ['one by nothing', { divide: [f('a'), n(0)] }, undefined],
    ['the least', { min: [f('a'), f('b')] }, 4],
    ['the most', { max: [f('a'), f('b')] }, 6],
    ['the most of nothing', { max: [] }, undefined],
    ['less', { lessThan: [f('b'), f('a')] }, 1],
    ['not less', { lessThan: [f('a'), f('a')] }, 0],
    ['at most', { atMost: [f('a'), f('a')] }, 1],
    ['equal', { equals: [f('a'), f('b')] }, 0],
    ['then', { if: { lessThan: [f('b'), f('a')] }, then: n(1), else: f('open') }, 1],
    ['else', { if: { lessThan: [f('a'), f('b')] }, then: f('open'), else: n(2) }, 2],
    ['a question that is open', { if: f('open'), then: n(1), else: n(2) }, undefined],
    ['as deep as may be', nested(deepestExpression), 1],
    ['deeper', nested(deepestExpression + 1), undefined],
  ])('%s', (_name, expression, expected) => {
    expect(evaluate(expression, answers)).toBe(expected)
  })

  it('name numbers asked before them, so that none can go round in a circle', () => {
    const form = formOf([
      number('a', 1),
      { id: 'word', number: 2, type: 'text', maxLength: 5, label: text('word') },
      computed('right', 3, { add: [f('a'), n(1)] }),
      computed('itself', 4, { add: [f('itself'), n(1)] }),
      computed('later', 5, f('last')),
      computed('letters', 6, f('word')),
      computed('deep', 7, nested(deepestExpression + 1)),
      computed('last', 8, { multiply: [f('right'), f('later')] }),
    ])
    expect(expressionProblems(form)).toEqual([
      { field: 'itself', reason: 'not-before', names: 'itself' },
      { field: 'later', reason: 'not-before', names: 'last' },
      { field: 'letters', reason: 'not-a-number', names: 'word' },
      { field: 'deep', reason: 'too-deep' },
    ])
    for (const template of programmes.flatMap(({ templates }) => templates))
      expect(expressionProblems(template)).toEqual([])
  })
})

describe('Z-34: computed fields', () => {
  const form = formOf([
    number('a', 1),
    computed('double', 2, { multiply: [f('a'), n(2)] }),
    { ...number('why', 3, true), visibleWhen: { field: 'double', atLeast: 10 } },
  ])

  it('are computed again, whatever a client says; rounded once; asked about in conditions; counted', () => {
    expect(validateAnswers(form, { a: 4.22, double: 99 }, today)).toEqual({
      ok: true,
      answers: { a: 4.22, double: 8.4 },
    })
    expect(validateAnswers(form, { a: 5 }, today)).toEqual({
      ok: false,
      problems: [{ field: 'why', reason: 'required' }],
    })
    expect(validateAnswers(form, { double: 12 }, today)).toEqual({ ok: true, answers: {} })
    expect(facetsOf(form, { a: 5, double: 10, why: 1 }, [])).toEqual([2002])
  })

  it('and conditions see answers as they will be kept: blanks are no answer', () => {
    const asks = formOf([
      { id: 'word', number: 1, type: 'text', maxLength: 9, label: text('word') },
      { ...number('more', 2), visibleWhen: { field: 'word', answered: true } },
      { ...number('yes', 3), visibleWhen: { field: 'word', is: 'yes' } },
    ])
    const ids = (word: string) => visibleFields(asks, { word }).map(({ id }) => id)
    expect(ids('   ')).toEqual(['word'])
    expect(ids(' yes ')).toEqual(['word', 'more', 'yes'])
  })

  it('have no minus nothing, which JSON cannot keep', () => {
    const result = validateAnswers(form, { a: -0.02 }, today)
    expect(result.ok && Object.is(result.answers['double'], 0)).toBe(true)
  })
})

describe('Z-34, Z-36: forms and answers made by chance', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'constructor'] as const
  const anyId = fc.constantFrom(...ids)
  const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
    const two = fc.tuple(tie('expression'), tie('expression'))
    const some = fc.array(tie('expression'), { maxLength: 3 })
    return {
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.integer({ min: -3, max: 12 }).map(n),
        anyId.map(f),
        fc.record({ field: anyId, ifOpen: fc.constant(0) }),
        fc.record({ add: some }),
        fc.record({ multiply: some }),
        fc.record({ min: some }),
        fc.record({ max: some }),
        fc.record({ subtract: two }),
        fc.record({ divide: two }),
        fc.record({ lessThan: two }),
        fc.record({ if: tie('expression'), then: tie('expression'), else: tie('expression') }),
      ),
    }
  })
  const condition: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({ field: anyId, atLeast: fc.integer({ min: -2, max: 6 }) }),
    fc.record({ field: anyId, answered: fc.boolean() }),
    fc.record({ field: anyId, is: fc.constantFrom('x', 'y') }),
    fc.record({ not: fc.record({ field: anyId, is: fc.constantFrom('x', 'y') }) }),
  )
  const options = ['x', 'y'].map((value, i) => ({ value, code: i + 1, label: text(value) }))
  const fieldOf = (id: string, at: number): fc.Arbitrary<Field> =>
    fc
      .tuple(
        fc.oneof(
          fc.constant(number(id, at)),
          expression.map((each) => computed(id, at, each)),
          fc.constant<Field>({ id, number: at, type: 'rating', max: 5, label: text(id) }),
          fc.constant<Field>({ id, number: at, type: 'text', maxLength: 9, label: text(id) }),
          fc.constant<Field>({ id, number: at, type: 'multiple-choice', options, label: text(id) }),
        ),
        fc.option(condition, { nil: undefined }),
      )
      .map(([field, visibleWhen]) => (visibleWhen ? { ...field, visibleWhen } : field))
  const form = fc
    .shuffledSubarray([...ids], { minLength: 1 })
    .chain((chosen) => fc.tuple(...chosen.map((id, i) => fieldOf(id, i + 1))))
    .map(formOf)
  const value = fc.oneof(
    fc.constantFrom<AnswerValue>(1, 2, 3, 5, 6, -1, 0, -0, 0.005, 12.5, 'x', ' y ', '   ', '', true),
    fc.constantFrom<AnswerValue>(['x'], ['x', 'y'], [], NaN, Infinity),
  )
  const answers = fc.dictionary(fc.constantFrom(...ids, 'unknown', '__proto__'), value, {
    maxKeys: 6,
    noNullPrototype: true,
  })

  it('screen, server and export agree on what is visible, valid and counted', () => {
    let kept = 0
    fc.assert(
      fc.property(form, answers, (definition, given) => {
        const screen = shownWith(definition, given)
        const sent = validateAnswers(definition, given, today)
        const ofForm = (id: string) => definition.fields.some((field) => field.id === id)
        if (!sent.ok) {
          expect(sent.problems.length).toBeGreaterThan(0)
          return
        }
        kept += 1
        expect(Object.keys(given).every(ofForm)).toBe(true)
        // What is sent is what was shown: not more, not less.
        expect(sent.answers).toEqual(screen.answers)
        const shown = new Set(screen.fields.map(({ id }) => id))
        expect(Object.keys(sent.answers).filter((id) => !shown.has(id))).toEqual([])
        // What was sent means the same when it arrives, and when it is read again after years.
        const arrived = JSON.parse(JSON.stringify(sent.answers)) as Answers // what was just written
        expect(validateAnswers(definition, arrived, today)).toEqual({ ok: true, answers: arrived })
        expect(visibleFields(definition, arrived).map(({ id }) => id)).toEqual([...shown])
        expect(facetsOf(definition, arrived, [])).toEqual(facetsOf(definition, sent.answers, []))
      }),
      { numRuns: 10_000, seed: 20_261_129 },
    )
    expect(kept).toBeGreaterThan(1000)
  }, 60_000)
})
