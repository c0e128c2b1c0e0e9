import { Type, type TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { Value } from 'typebox/value'
import { CivilDateText } from '../../calendar/civil-day.ts'
import { PeriodKind } from '../../calendar/period.ts'
import { rowLimits } from '../answers.ts'
import { alertRoles } from '../../rules/alerts.ts'
import { isRowField, type Field, type FieldType } from '../definition.ts'
import type { FormContent } from './content.ts'
import { designLimits } from './content.ts'

const exact = { additionalProperties: false } as const
const object = <P extends Record<string, TSchema>>(properties: P) => Type.Object(properties, exact)
const maybe = Type.Optional
const Text = object({
  'zh-CN': Type.String({ maxLength: designLimits.textLength }),
  en: Type.String({ maxLength: designLimits.textLength }),
})
const Id = Type.String({ maxLength: 64 })
const Amount = Type.Number({ minimum: -designLimits.number, maximum: designLimits.number })
const Decimals = Type.Integer({ minimum: 0, maximum: designLimits.decimals })
const Flag = maybe(Type.Boolean())
const DayBound = object({
  daysFromToday: Type.Integer({ minimum: -designLimits.days, maximum: designLimits.days }),
})
const DayPoint = Type.Union([DayBound, object({ date: CivilDateText })])
const Regions = Type.Array(Type.String({ pattern: '^[1-8]\\d(\\d{2}){0,2}$' }), {
  maxItems: designLimits.regions,
  uniqueItems: true,
})
const Numbering = Type.Integer()

const condition = Type.Ref('Condition')
const Condition = Type.Cyclic(
  {
    Condition: Type.Union([
      object({ field: Id, is: Type.String({ maxLength: 200 }) }),
      object({ field: Id, isNot: Type.String({ maxLength: 200 }) }),
      object({ field: Id, anyOf: Type.Array(Id, { maxItems: designLimits.anyOf }) }),
      object({ field: Id, anyExcept: Id }),
      object({ field: Id, contains: Type.String({ maxLength: 200 }) }),
      ...(['atLeast', 'atMost', 'moreThan', 'lessThan', 'equals', 'differs'] as const).map((how) =>
        object({ field: Id, [how]: Amount }),
      ),
      object({ field: Id, between: object({ from: Amount, to: Amount }) }),
      ...(['before', 'notAfter', 'onDay', 'notBefore', 'after'] as const).map((how) =>
        object({ field: Id, [how]: DayPoint }),
      ),
      object({ field: Id, within: object({ from: DayPoint, to: DayPoint }) }),
      ...(['inRegions', 'outsideRegions'] as const).map((how) => object({ field: Id, [how]: Regions })),
      object({ field: Id, answered: Type.Boolean() }),
      object({ rowsOf: Id, someRow: condition }),
      object({ all: Type.Array(condition, { maxItems: 50 }) }),
      object({ any: Type.Array(condition, { maxItems: 50 }) }),
      object({ not: condition }),
    ]),
  },
  'Condition',
)

const expression = Type.Ref('Expression')
const pair = Type.Tuple([expression, expression])
const several = Type.Array(expression, { minItems: 1, maxItems: 100 })
const Expression = Type.Cyclic(
  {
    Expression: Type.Union([
      object({ number: Amount }),
      object({ field: Id, ifOpen: maybe(Amount) }),
      object({
        rowsOf: Id,
        take: Type.Union([Type.Literal('sum'), Type.Literal('min'), Type.Literal('max')]),
        column: Id,
      }),
      object({ rowsOf: Id, take: Type.Literal('count'), column: maybe(Id) }),
      ...(['add', 'multiply', 'min', 'max'] as const).map((name) => object({ [name]: several })),
      ...(['subtract', 'divide', 'lessThan', 'atMost', 'equals'] as const).map((name) =>
        object({ [name]: pair }),
      ),
      object({ if: expression, then: expression, else: expression }),
    ]),
  },
  'Expression',
)

const Bands = maybe(
  Type.Array(object({ code: Numbering, label: Text, from: maybe(Amount), below: maybe(Amount) }), {
    maxItems: designLimits.bands,
  }),
)
const Options = Type.Array(
  object({
    value: Type.String({ maxLength: 64 }),
    code: Numbering,
    label: Text,
    exclusive: maybe(Type.Literal(true)),
  }),
  { maxItems: designLimits.options },
)

const text = {
  maxLength: Type.Integer({ minimum: 1, maximum: designLimits.answerLength }),
  prefill: maybe(Type.Union([Type.Literal('name'), Type.Literal('department')])),
}
const amount = {
  min: Amount,
  max: Amount,
  decimals: Decimals,
  unit: maybe(Type.String({ maxLength: 20 })),
  bands: Bands,
}
const files = { most: Type.Integer({ minimum: 1, maximum: 9 }) }
const days = { min: maybe(DayBound), max: maybe(DayBound) }

/** Columns are looked at one by one, as fields are. */
const Columns = Type.Array(Type.Unknown(), { minItems: 1, maxItems: rowLimits.columns })

/** What each type of field has of its own; a new type does not compile until it is told here. */
const parts: Readonly<Record<FieldType, Record<string, TSchema>>> = {
  profile: {
    shows: Type.Array(Type.Union([Type.Literal('name'), Type.Literal('phone'), Type.Literal('department')]), {
      minItems: 1,
      maxItems: 3,
      uniqueItems: true,
    }),
  },
  text,
  'long-text': text,
  number: amount,
  temperature: amount,
  'single-choice': { options: Options },
  'multiple-choice': { options: Options },
  date: days,
  'date-time': days,
  rating: {
    max: Type.Integer({ minimum: 2, maximum: 10 }),
    ends: maybe(object({ lowest: Text, highest: Text })),
  },
  region: {
    withDetail: Type.Boolean(),
    offersLocation: Type.Boolean(),
    within: maybe(Type.String({ pattern: '^\\d{2,6}$' })),
  },
  place: { withAddress: Type.Boolean() },
  computed: {
    expression: Expression,
    decimals: Decimals,
    unit: maybe(Type.String({ maxLength: 20 })),
    bands: Bands,
  },
  phone: { prefill: maybe(Type.Literal('phone')) },
  'id-number': {},
  photo: files,
  file: files,
  signature: {},
  declaration: { text: Text },
  note: { text: Text },
  section: { text: maybe(Text) },
  group: {
    fields: Columns,
    minRows: maybe(Type.Integer({ minimum: 0, maximum: rowLimits.rows })),
    maxRows: Type.Integer({ minimum: 1, maximum: rowLimits.rows }),
    rowLabel: Text,
    bands: Bands,
  },
  table: { fields: Columns, rowLabels: Type.Array(Text, { minItems: 1, maxItems: rowLimits.rows }) },
}

const base = { id: Id, number: Numbering, label: Text, hint: maybe(Text), visibleWhen: maybe(Condition) }
const Check = object({ when: Condition, message: Text })
const asked = { required: Flag, check: maybe(Check), carried: Flag }

const Alerts = object({
  roles: Type.Array(Type.Union(alertRoles.map((role) => Type.Literal(role))), {
    maxItems: alertRoles.length,
    uniqueItems: true,
  }),
  people: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
    maxItems: designLimits.alerted,
    uniqueItems: true,
  }),
  isUrgent: Type.Boolean(),
  words: maybe(Text),
})

const Content = object({
  title: Text,
  description: Text,
  period: PeriodKind,
  fields: Type.Array(Type.Unknown(), { maxItems: designLimits.fields }),
  findings: Type.Array(
    object({
      id: Id,
      number: Numbering,
      label: Text,
      when: Condition,
      abnormal: Type.Boolean(),
      alerts: maybe(Alerts),
    }),
    { maxItems: designLimits.findings },
  ),
  notice: object({
    basis: Type.Union([Type.Literal('consent'), Type.Literal('hr-management')]),
    why: Text,
    keptDays: Type.Integer({ minimum: designLimits.keptDays.least, maximum: designLimits.keptDays.most }),
    sensitive: Type.Array(Id, { maxItems: designLimits.fields }),
  }),
})

/** A file belongs to one submission: nothing carries it into the next. */
function askedOf(type: string): Record<string, TSchema> {
  if (type === 'computed') return {}
  return ['photo', 'file', 'signature'].includes(type) ? { required: Flag, check: maybe(Check) } : asked
}

/** Whether a value has the shape of a field of its type. */
export function isField(value: unknown): value is Field {
  const type: unknown = isObject(value) && 'type' in value ? value.type : null
  if (typeof type !== 'string' || !Object.hasOwn(parts, type)) return false
  const check = checkOf(type as FieldType) // one of its keys
  return check.Check(value) && (!isObject(value) || !hasColumns(value) || value.fields.every(isColumn))
}

/** Made when first asked for: an import looks at every field several times. */
const checks = new Map<FieldType, Validator>()

function checkOf(type: FieldType) {
  const known = checks.get(type)
  if (known) return known
  const made = Compile(object({ ...base, type: Type.Literal(type), ...askedOf(type), ...parts[type] }))
  checks.set(type, made)
  return made
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const hasColumns = (value: object): value is { fields: unknown[] } =>
  'fields' in value && Array.isArray(value.fields)

/** Rows hold questions, and no rows of their own. */
const isColumn = (value: unknown) => isField(value) && isRowField(value)

/** Whether a value nests deeper than any form; looked at first, since checks that call themselves would not survive it. */
function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > 100) return true
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []))
  }
  return false
}

/**
 * A designed form as a client sent it, or null when it has not the shape of one. What it says may still make no sense:
 * that is for `contentProblems`.
 */
export function readContent(value: unknown): FormContent | null {
  if (isTooDeep(value) || !Value.Check(Content, value)) return null
  // Fields were checked one by one, each by its own type.
  return value.fields.every(isField) ? (value as unknown as FormContent) : null
}
