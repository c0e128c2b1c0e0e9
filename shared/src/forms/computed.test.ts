import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilDate } from '../calendar/civil-day.ts'
import { programmes } from '../programmes/catalogue.ts'
import { answerOf, isRowsAnswer, type Answers, type AnswerValue, type OneAnswer } from './answers.ts'
import { expressionProblems } from './computed.ts'
import { holds, type Condition } from './condition.ts'
import {
  hasRows,
  type ComputedField,
  type Field,
  type FormDefinition,
  type NumberField,
  type RowField,
  type TableField,
} from './definition.ts'
import { deepestExpression, evaluate, type Expression } from './expression.ts'
import { facetsOf } from './facets.ts'
import { dayQuestions, madeUpRegions, numberQuestions, regionQuestions } from './test/made-up-conditions.ts'
import { validateAnswers } from './validation.ts'
import { shownWith, visibleFields } from './visibility.ts'

const today = civilDate('2026-03-02')
const text = (value: string) => ({ 'zh-CN': value, en: value })
const n = (number: number): Expression => ({ number })
const f = (field: string): Expression => ({ field })
const number = (id: string, at: number, required = false): NumberField => ({
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
const group = (id: string, at: number, fields: readonly RowField[], required = false): Field => ({
  id,
  number: at,
  type: 'group',
  maxRows: 3,
  minRows: 1,
  required,
  fields,
  label: text(id),
  rowLabel: text('{n}'),
  bands: [
    { code: 1, label: text('one'), below: 2 },
    { code: 2, label: text('more'), from: 2 },
  ],
})
const nested = (levels: number): Expression => (levels === 1 ? n(1) : { add: [nested(levels - 1)] })

describe('Z-37: expressions', () => {
  const answers: Answers = { a: 6, b: 4, word: '7', rows: { rows: [{ x: 5 }, { word: '7' }, { x: 2 }] } }
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
    ['the number of rows', { rowsOf: 'rows', take: 'count' }, 3],
    ['of those answered', { rowsOf: 'rows', take: 'count', column: 'x' }, 2],
    ['a sum of rows', { rowsOf: 'rows', take: 'sum', column: 'x' }, 7],
    ['the least of rows', { rowsOf: 'rows', take: 'min', column: 'x' }, 2],
    ['the most of rows', { rowsOf: 'rows', take: 'max', column: 'x' }, 5],
    ['a sum of words', { rowsOf: 'rows', take: 'sum', column: 'word' }, 0],
    ['the most of words', { rowsOf: 'rows', take: 'max', column: 'word' }, undefined],
    ['the number of no rows', { rowsOf: 'open', take: 'count' }, 0],
    ['a name every row has', { rowsOf: 'rows', take: 'count', column: 'toString' }, 0],
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
    expect(
      expressionProblems(
        formOf([
          number('a', 1),
          number('b', 15),
          computed('early', 2, { rowsOf: 'rows', take: 'count' }),
          group('rows', 3, [
            number('x', 4),
            { id: 'word', number: 5, type: 'text', maxLength: 5, label: text('word') },
            computed('fine', 6, { add: [f('x'), f('a')] }),
            computed('round', 7, { rowsOf: 'rows', take: 'count' }),
            computed('b', 8, f('b')),
          ]),
          computed('sum', 9, { rowsOf: 'rows', take: 'sum', column: 'fine' }),
          computed('words', 10, { rowsOf: 'rows', take: 'max', column: 'word' }),
          computed('counted', 11, { rowsOf: 'rows', take: 'count', column: 'word' }),
          computed('nothing', 12, { rowsOf: 'rows', take: 'min', column: 'y' }),
          computed('one', 13, { rowsOf: 'a', take: 'count' }),
          computed('whole', 14, f('rows')),
        ]),
      ),
    ).toEqual([
      { field: 'early', reason: 'not-before', names: 'rows' },
      { field: 'rows/round', reason: 'not-before', names: 'rows' },
      // The row has a `b` of its own, which is meant and is not there yet.
      { field: 'rows/b', reason: 'not-before', names: 'b' },
      { field: 'words', reason: 'not-a-number', names: 'rows/word' },
      { field: 'nothing', reason: 'not-before', names: 'rows/y' },
      { field: 'one', reason: 'no-rows', names: 'a' },
      { field: 'whole', reason: 'not-a-number', names: 'rows' },
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
    const ids = (word: string) => visibleFields(asks, { word }, today).map(({ id }) => id)
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
        fc.record({ rowsOf: anyId, take: fc.constantFrom('sum', 'min', 'max'), column: anyId }),
        fc.record({ rowsOf: anyId, take: fc.constant('count') }),
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
    numberQuestions(anyId, fc.integer({ min: -2, max: 6 })),
    { weight: 3, arbitrary: dayQuestions(anyId) },
    regionQuestions(anyId),
    fc.record({ not: dayQuestions(anyId) }),
    fc.record({ field: anyId, contains: fc.constantFrom('x', 'y') }),
    fc.record({ field: anyId, answered: fc.boolean() }),
    fc.record({ field: anyId, is: fc.constantFrom('x', 'y') }),
    fc.record({ not: fc.record({ field: anyId, is: fc.constantFrom('x', 'y') }) }),
    fc.record({ rowsOf: anyId, someRow: fc.record({ field: anyId, atLeast: fc.constantFrom(1, 5) }) }),
  )
  const options = ['x', 'y'].map((value, i) => ({ value, code: i + 1, label: text(value) }))
  const sometimes = fc.oneof(
    { weight: 12, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: condition },
    // Most conditions made by chance are not met.
    { weight: 4, arbitrary: condition.map((not): Condition => ({ not })) },
  )
  const shownWhen = <Each extends Field>(field: fc.Arbitrary<Each>): fc.Arbitrary<Each> =>
    fc.tuple(field, fc.option(condition, { nil: undefined }), sometimes).map(([each, visibleWhen, when]) => ({
      ...each,
      ...(visibleWhen ? { visibleWhen } : {}),
      ...(when && each.type !== 'computed' ? { check: { when, message: text('no') } } : {}),
    }))
  const columnOf = (id: string, at: number): fc.Arbitrary<RowField> =>
    shownWhen(
      fc.oneof(
        fc.boolean().map((isRequired) => number(id, at, isRequired)),
        expression.map((each) => computed(id, at, each)),
        fc.constant<RowField>({ id, number: at, type: 'rating', max: 5, label: text(id) }),
        fc.constant<RowField>({ id, number: at, type: 'text', maxLength: 9, label: text(id) }),
        { weight: 2, arbitrary: fc.constant<RowField>({ id, number: at, type: 'date', label: text(id) }) },
        fc.constant<RowField>({ id, number: at, type: 'date-time', label: text(id) }),
        fc.constant<RowField>({
          id,
          number: at,
          type: 'region',
          withDetail: false,
          offersLocation: false,
          label: text(id),
        }),
        fc.constant<RowField>({ id, number: at, type: 'multiple-choice', options, label: text(id) }),
      ),
    )
  const columns = (at: number) =>
    fc
      .shuffledSubarray([...ids], { minLength: 1, maxLength: 3 })
      .chain((chosen) => fc.tuple(...chosen.map((id, i) => columnOf(id, at * 10 + i))))
  const tableOf = (id: string, at: number, fields: readonly RowField[], required: boolean): TableField => ({
    id,
    number: at,
    type: 'table',
    rowLabels: [text('one'), text('two')],
    fields,
    required,
    label: text(id),
  })
  const fieldOf = (id: string, at: number): fc.Arbitrary<Field> =>
    fc.oneof(
      { weight: 3, arbitrary: columnOf(id, at) },
      {
        weight: 1,
        arbitrary: shownWhen(
          fc.tuple(columns(at), fc.boolean()).map(([fields, required]) => group(id, at, fields, required)),
        ),
      },
      {
        weight: 1,
        arbitrary: shownWhen(
          fc.tuple(columns(at), fc.boolean()).map(([fields, required]) => tableOf(id, at, fields, required)),
        ),
      },
    )
  const form = fc
    .shuffledSubarray([...ids], { minLength: 1 })
    .chain((chosen) => fc.tuple(...chosen.map((id, i) => fieldOf(id, i + 1))))
    .map(formOf)
  const cell = fc.oneof(
    fc.constantFrom<OneAnswer>(1, 2, 3, 5, 6, -1, 0, -0, 0.005, 12.5, 'x', ' y ', '   ', '', true),
    fc.constantFrom<OneAnswer>(['x'], ['x', 'y'], [], NaN, Infinity, '2026-03-01', '2026-02-30'),
    fc.constantFrom<OneAnswer>({ code: '410105' }, { code: '990000' }),
  )
  const row = fc.dictionary(anyId, cell, { maxKeys: 3, noNullPrototype: true })
  const value: fc.Arbitrary<AnswerValue> = fc.oneof(
    { weight: 3, arbitrary: cell },
    { weight: 2, arbitrary: fc.record({ rows: fc.array(row, { maxLength: 4 }) }) },
  )
  const answers = fc.dictionary(fc.constantFrom(...ids, 'unknown', '__proto__'), value, {
    maxKeys: 6,
    noNullPrototype: true,
  })

  /** Answers such as somebody gives who wants to file; the rest of the game is somebody who does not. */
  const fitting = (field: Field): fc.Arbitrary<AnswerValue | undefined> => {
    if (hasRows(field)) {
      const most = field.type === 'group' ? field.maxRows : field.rowLabels.length
      const cells = field.fields.map((each) => [each.id, fittingCell(each)] as const)
      return fc
        .array(fc.record(Object.fromEntries(cells)).map(answered), { maxLength: most })
        .map((rows) => ({ rows }))
    }
    return fittingCell(field)
  }
  const days = ['2026-02-16', '2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03']
  const fittingCell = ({ type }: Field): fc.Arbitrary<OneAnswer | undefined> => {
    if (type === 'text') return fc.constantFrom('x', ' y ', undefined)
    if (type === 'multiple-choice')
      return fc.constantFrom<OneAnswer | undefined>(['x'], ['x', 'y'], undefined)
    if (type === 'date') return fc.constantFrom(...days, undefined)
    if (type === 'date-time') return fc.constantFrom(...days.map((day) => `${day}T23:59`), undefined)
    if (type === 'region') return fc.constantFrom(...madeUpRegions.map((code) => ({ code })), undefined)
    return fc.constantFrom(1, 2, 5, 4, undefined)
  }
  const answered = <Value>(given: Readonly<Record<string, Value | undefined>>) =>
    Object.fromEntries(
      Object.entries(given).flatMap(([id, each]) => (each === undefined ? [] : [[id, each]])),
    )
  const filled = ({ fields }: FormDefinition): fc.Arbitrary<Answers> =>
    fc.record(Object.fromEntries(fields.map((field) => [field.id, fitting(field)]))).map(answered)
  const pair = form.chain((definition) =>
    fc.tuple(fc.constant(definition), fc.oneof(answers, filled(definition))),
  )
  const columnsOf = ({ fields }: { fields: readonly RowField[] }) => fields.map(({ id }) => id)

  it('screen, server and export agree on what is visible, valid and counted', () => {
    let kept = 0
    let withRows = 0
    let met = 0
    let refused = 0
    fc.assert(
      fc.property(pair, ([definition, given]) => {
        const screen = shownWith(definition, given, today)
        const sent = validateAnswers(definition, given, today)
        const ofForm = (id: string) => definition.fields.some((field) => field.id === id)
        if (!sent.ok) {
          expect(sent.problems.length).toBeGreaterThan(0)
          if (sent.problems.every(({ reason }) => reason === 'check.failed')) refused += 1
          return
        }
        kept += 1
        if (Object.values(sent.answers).some(isRowsAnswer)) withRows += 1
        expect(Object.keys(given).every(ofForm)).toBe(true)
        // What is sent is what was shown: not more, not less.
        expect(sent.answers).toEqual(screen.answers)
        const shown = new Set(screen.fields.map(({ id }) => id))
        expect(Object.keys(sent.answers).filter((id) => !shown.has(id))).toEqual([])
        // What it has to meet beside its type was met, outside of rows and in each of them.
        for (const field of screen.fields) {
          const value = answerOf(sent.answers, field.id)
          if (value === undefined) continue
          if (field.check) {
            met += 1
            expect(holds(field.check.when, sent.answers, today)).toBe(true)
          }
          if (!hasRows(field) || !isRowsAnswer(value)) continue
          const outside = Object.fromEntries(
            Object.entries(sent.answers).filter(([id]) => !field.fields.some((column) => column.id === id)),
          )
          for (const row of value.rows)
            for (const { id, check } of field.fields)
              if (check && answerOf(row, id) !== undefined)
                expect(holds(check.when, { ...outside, ...row }, today)).toBe(true)
        }
        // What was sent means the same when it arrives, and when it is read again after years.
        const arrived = JSON.parse(JSON.stringify(sent.answers)) as Answers // what was just written
        expect(validateAnswers(definition, arrived, today)).toEqual({ ok: true, answers: arrived })
        const again = shownWith(definition, arrived, today)
        expect(again.fields.map(({ id }) => id)).toEqual([...shown])
        const cells = ({ rows }: typeof screen) => [...rows].map(([id, each]) => [id, each.map(columnsOf)])
        expect(cells(again)).toEqual(cells(screen))
        expect(facetsOf(definition, arrived, [])).toEqual(facetsOf(definition, sent.answers, []))
      }),
      { numRuns: 10_000, seed: 20_261_129 },
    )
    expect(kept).toBeGreaterThan(1000)
    expect(withRows).toBeGreaterThan(300)
    expect(met).toBeGreaterThan(300)
    expect(refused).toBeGreaterThan(200)
  }, 180_000)
})
