import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilDate } from '../../calendar/civil-day.ts'
import { programmes } from '../../programmes/catalogue.ts'
import type { Answers, AnswerValue } from '../answers.ts'
import { holds, type Condition } from '../condition.ts'
import { hasRows, type Field } from '../definition.ts'
import { readContent } from '../design/content-schema.ts'
import { blankContent, type FormContent } from '../design/content.ts'
import { dayQuestions, madeUpRegions, numberQuestions, regionQuestions } from '../test/made-up-conditions.ts'
import { evaluate, type Expression } from '../expression.ts'
import { tidyExpression } from './calculations.ts'
import { exportXlsForm } from './export-form.ts'
import { importXlsForm } from './import-form.ts'
import { choosing, tidyCondition } from './tidy-condition.ts'

const words = (text: string, en = '') => ({ 'zh-CN': text, en })
const option = (value: string) => ({ value, code: 0, label: words(`选${value}`, value) })

/** Sheets as a spreadsheet program would hand them over. */
const rowsOf = (rows: readonly (readonly string[])[]) => rows.map((cells, i) => ({ no: i + 1, cells }))
function back(content: FormContent) {
  const { sheets } = exportXlsForm(content, { id: 'own', version: 1 })
  const book = {
    survey: rowsOf(sheets.survey),
    choices: rowsOf(sheets.choices),
    settings: rowsOf(sheets.settings),
  }
  const read = importXlsForm(book)
  if (!read) throw new Error('it has a survey')
  return read
}

/** A form as an import gives it: conditions and expressions in one of the ways they can be said. */
const tidyField = (field: Field): Field =>
  ({
    ...field,
    ...(field.visibleWhen ? { visibleWhen: tidyCondition(field.visibleWhen, choosing(fields)) } : {}),
    ...(field.check
      ? { check: { ...field.check, when: tidyCondition(field.check.when, choosing([...fields, field])) } }
      : {}),
    ...(field.type === 'computed' ? { expression: tidyExpression(field.expression) } : {}),
    ...(hasRows(field) ? { fields: field.fields.map(tidyField) } : {}),
  }) as Field
const tidy = (content: FormContent) => ({ ...content, fields: content.fields.map(tidyField) })

const single = {
  id: 'one',
  number: 0,
  label: words('单'),
  type: 'single-choice',
  options: ['a', 'b', 'c'].map(option),
} as const
const multiple = { ...single, id: 'many', type: 'multiple-choice' } as const
const number = {
  id: 'n',
  number: 0,
  label: words('数'),
  type: 'number',
  min: -50,
  max: 50,
  decimals: 1,
} as const
const word = { id: 't', number: 0, label: words('字'), type: 'text', maxLength: 40 } as const
const date = { id: 'd', number: 0, label: words('日'), type: 'date' } as const
const moment = { id: 'm', number: 0, label: words('刻'), type: 'date-time' } as const
const region = {
  id: 'r',
  number: 0,
  label: words('地'),
  type: 'region',
  withDetail: false,
  offersLocation: true,
} as const
const fields: readonly Field[] = [single, multiple, number, word, date, moment, region]
const today = civilDate('2026-03-02')

const value = fc.constantFrom('a', 'b', 'c')
const choice = fc.constantFrom('one', 'many')
const question: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field: choice, is: value }),
  fc.record({ field: choice, isNot: value }),
  fc.record({ field: choice, anyOf: fc.array(value, { minLength: 1, maxLength: 4 }) }),
  fc.record({ field: choice, anyExcept: value }),
  numberQuestions(
    fc.constant('n'),
    fc.integer({ min: -99, max: 99 }).map((n) => n / 10),
  ),
  dayQuestions(fc.constantFrom('d', 'm')),
  regionQuestions(fc.constant('r')),
  fc.record({ field: fc.constant('t'), contains: fc.constantFrom('x', "it's", '“y”') }),
  fc.record({ field: fc.constantFrom('one', 'many', 'n', 't'), answered: fc.boolean() }),
  fc.record({ field: fc.constant('t'), is: fc.constantFrom('x', "it's", '“y”') }),
)
const condition: fc.Arbitrary<Condition> = fc.letrec<{ c: Condition }>((tie) => ({
  c: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    question,
    fc.record({ all: fc.array(tie('c'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('c'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('c') }),
  ),
})).c
const maybe = (given: fc.Arbitrary<AnswerValue>) => fc.option(given, { nil: undefined })
const answers: fc.Arbitrary<Answers> = fc
  .record({
    one: maybe(value),
    many: maybe(fc.uniqueArray(value, { minLength: 1 })),
    n: maybe(fc.integer({ min: -99, max: 99 }).map((n) => n / 10)),
    t: maybe(fc.constantFrom('x', 'z')),
    d: maybe(fc.constantFrom('2026-02-16', '2026-03-01', '2026-03-02')),
    m: maybe(fc.constantFrom('2026-02-16T00:00', '2026-03-02T23:59', '2026-03-03T00:00')),
    r: maybe(fc.constantFrom(...madeUpRegions).map((code) => ({ code }))),
  })
  .map(
    (given) => Object.fromEntries(Object.entries(given).filter(([, each]) => each !== undefined)) as Answers,
  )

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  fc.record({ number: fc.integer({ min: -999, max: 999 }).map((n) => n / 8) }),
  fc.constant<Expression>({ field: 'n' }),
  fc.record({ field: fc.constant('n'), ifOpen: fc.integer({ min: -9, max: 9 }) }),
)
const expression: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => {
  const pair = fc.tuple(tie('e'), tie('e'))
  const several = fc.array(tie('e'), { minLength: 1, maxLength: 3 })
  return {
    e: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.record({ add: several }),
      fc.record({ multiply: several }),
      fc.record({ min: several }),
      fc.record({ max: several }),
      fc.record({ subtract: pair }),
      fc.record({ divide: pair }),
      fc.record({ lessThan: pair }),
      fc.record({ atMost: pair }),
      fc.record({ equals: pair }),
      fc.record({ if: tie('e'), then: tie('e'), else: tie('e') }),
    ),
  }
}).e

/** One field of every type, each with a condition. */
const more: readonly Field[] = [
  { id: 'head', number: 0, label: words('头', 'head'), type: 'section', text: words('说明') },
  { id: 'who', number: 0, label: words('谁'), type: 'profile', shows: ['name'] },
  {
    id: 'long',
    number: 0,
    label: words('长'),
    hint: words('提示', 'hint'),
    type: 'long-text',
    maxLength: 900,
    carried: true,
  },
  {
    id: 'temp',
    number: 0,
    label: words('温'),
    type: 'temperature',
    min: 35,
    max: 42,
    decimals: 1,
    unit: '℃',
    bands: [{ code: 1, label: words('热'), from: 37.3 }],
  },
  { id: 'whole', number: 0, label: words('整'), type: 'number', min: 0, max: 9, decimals: 0, required: true },
  {
    id: 'except',
    number: 0,
    label: words('多'),
    type: 'multiple-choice',
    options: [option('a'), { ...option('none'), exclusive: true }],
  },
  {
    id: 'day',
    number: 0,
    label: words('日'),
    type: 'date',
    min: { daysFromToday: -14 },
    max: { daysFromToday: 0 },
  },
  { id: 'when', number: 0, label: words('时'), type: 'date-time', max: { daysFromToday: 3 } },
  {
    id: 'stars',
    number: 0,
    label: words('星'),
    type: 'rating',
    max: 5,
    ends: { lowest: words('差'), highest: words('好') },
  },
  {
    id: 'where',
    number: 0,
    label: words('区'),
    type: 'region',
    withDetail: true,
    offersLocation: false,
    within: '4101',
  },
  { id: 'point', number: 0, label: words('点'), type: 'place', withAddress: false },
  { id: 'phone', number: 0, label: words('话'), type: 'phone', prefill: 'phone' },
  { id: 'card', number: 0, label: words('证'), type: 'id-number', required: true },
  { id: 'pic', number: 0, label: words('图'), type: 'photo', most: 4 },
  { id: 'doc', number: 0, label: words('件'), type: 'file', most: 2 },
  { id: 'sign', number: 0, label: words('签'), type: 'signature', required: true },
  {
    id: 'swear',
    number: 0,
    label: words('诺'),
    hint: words('请读'),
    type: 'declaration',
    text: words('属实', 'true'),
  },
  { id: 'foot', number: 0, label: words('脚'), type: 'section' },
  { id: 'said', number: 0, label: words('注'), type: 'note', text: words('谢谢', 'thanks') },
]
const group = (column: Field): Field => ({
  id: 'rows',
  number: 0,
  label: words('组'),
  type: 'group',
  maxRows: 6,
  minRows: 1,
  rowLabel: words('第 {n} 位'),
  fields: [
    { ...number, id: 'age' },
    { ...single, id: 'kind' },
    { ...word, id: 'why', visibleWhen: { field: 'kind', is: 'a' } },
    ...(hasRows(column) ? [] : [column]),
  ] as never,
})
const table: Field = {
  id: 'grid',
  number: 0,
  label: words('表'),
  type: 'table',
  rowLabels: [words('早'), words('晚')],
  fields: [{ ...number, id: 'heat' }],
}

/** What an answer has to meet, asked of itself too, as the limits of its type are. */
function checkOf(field: Field, other: Condition, own: Condition): Field {
  const when: Condition = { all: [own, { any: [other, own] }] }
  const unasked = ['computed', 'note', 'section', 'profile'].includes(field.type)
  return unasked ? field : ({ ...field, check: { when, message: words('请核对', 'Look again') } } as Field)
}
const ownQuestion = (id: string): fc.Arbitrary<Condition> => {
  if (id === 'temp' || id === 'whole' || id === 'stars')
    return numberQuestions(fc.constant(id), fc.integer({ min: 35, max: 42 }))
  if (id === 'day' || id === 'when') return dayQuestions(fc.constant(id))
  if (id === 'where') return regionQuestions(fc.constant(id))
  if (id === 'long')
    return fc.constantFrom<Condition>({ field: id, contains: 'x' }, { field: id, is: "it's" })
  return id === 'except'
    ? fc.constantFrom<Condition>({ field: id, is: 'a' }, { field: id, anyExcept: 'a' })
    : question
}
const checked: fc.Arbitrary<readonly Field[]> = fc
  .tuple(...more.map((field) => fc.tuple(fc.option(condition, { nil: undefined }), ownQuestion(field.id))))
  .map((given) =>
    more.map((field, i) => {
      const [other, own] = given[i] ?? []
      return other && own ? checkOf(field, other, own) : field
    }),
  )

const form: fc.Arbitrary<FormContent> = fc
  .record({
    checked,
    conditions: fc.array(fc.option(condition, { nil: undefined }), {
      minLength: more.length,
      maxLength: more.length,
    }),
    expression,
    decimals: fc.integer({ min: 0, max: 6 }),
    required: fc.boolean(),
    when: condition,
    taken: fc.shuffledSubarray(
      more.map((_, i) => i),
      { minLength: 1 },
    ),
  })
  .map(({ checked: all, conditions, expression: sum, decimals, required, when, taken }) => ({
    ...blankContent(),
    title: words('表单', 'Form'),
    description: words('说明'),
    period: 'day',
    fields: [
      ...fields.map((field) => ({ ...field, ...(required ? { required } : {}) })),
      ...taken.map((at, i) => ({ ...all[at], ...(conditions[i] ? { visibleWhen: conditions[i] } : {}) })),
      { id: 'sum', number: 0, label: words('和'), type: 'computed', expression: sum, decimals, unit: '个' },
      group({ ...word, id: 'other', visibleWhen: when }),
      table,
      {
        id: 'ages',
        number: 0,
        label: words('龄'),
        type: 'computed',
        decimals: 0,
        expression: {
          add: [
            { rowsOf: 'rows', take: 'sum', column: 'age' },
            { rowsOf: 'rows', take: 'count' },
            { rowsOf: 'rows', take: 'count', column: 'kind' },
          ],
        },
      },
      { ...word, id: 'last', visibleWhen: { rowsOf: 'rows', someRow: { field: 'age', atLeast: 3 } } },
    ] as Field[],
    findings: [{ id: 'r', number: 0, label: words('规则'), when, abnormal: true }],
  }))

describe('Z-37: a form leaves as an XLSForm and comes back', () => {
  it('as it was, with nothing to tell', () => {
    fc.assert(
      fc.property(form, (content) => {
        const read = back(content)
        expect(read.content).toEqual(tidy(content))
        expect(read.items).toEqual([])
        expect(readContent(read.content)).not.toBeNull()
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  it('conditions and sums come back meaning what they meant', () => {
    fc.assert(
      fc.property(condition, expression, answers, (asked, sum, given) => {
        expect(holds(tidyCondition(asked, choosing(fields)), given, today)).toBe(holds(asked, given, today))
        // Nothing and minus nothing are worth the same.
        const worth = (each: Expression) => {
          const value = evaluate(each, given)
          return value === undefined ? value : value + 0
        }
        expect(worth(tidyExpression(sum))).toBe(worth(sum))
      }),
    )
  })

  it('the templates of the programmes do too', () => {
    for (const { templates } of programmes)
      for (const { title, description, period, fields: asked, findings } of templates) {
        const content = { ...blankContent(), title, description, period, fields: asked, findings }
        const read = back(content)
        expect(read.items).toEqual([])
        expect(read.content.fields.map(({ id, type }) => [id, type])).toEqual(
          asked.map(({ id, type }) => [id, type]),
        )
      }
  })

  it('more rules than a cell of a spreadsheet holds go on in the next', () => {
    const unit = fc.constantFrom(' ', '热', '😷', '"', 'a')
    const texts = fc.array(fc.string({ unit, minLength: 150, maxLength: 200 }), {
      minLength: 45,
      maxLength: 50,
    })
    fc.assert(
      fc.property(texts, (all) => {
        const findings = all.map((is, i) => ({
          id: `r${i}`,
          number: i,
          label: words(`规则${i}`),
          when: { any: [1, 2, 3, 4].map(() => ({ field: 't', is })) },
          abnormal: true,
        }))
        const content: FormContent = { ...blankContent(), fields: [...fields], findings }
        const { sheets } = exportXlsForm(content, { id: 'f', version: 1 })
        const cells = Object.values(sheets).flat(2)
        expect(Math.max(...cells.map(({ length }) => length))).toBeLessThanOrEqual(32_767)
        expect(sheets.settings[0]).toContain('kangbao_2')
        expect(back(content).content.findings).toEqual(findings)
      }),
      { numRuns: 10 },
    )
  }, 60_000)
})
