import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Value } from 'typebox/value'
import { addDays, civilDate } from '../calendar/civil-day.ts'
import type { LocalText } from '../locale.ts'
import { Answers, type AnswerValue } from './answers.ts'
import type { Condition } from './condition.ts'
import { dayQuestions, numberQuestions, regionQuestions } from './test/made-up-conditions.ts'
import type {
  ChoiceField,
  Field,
  FormDefinition,
  NumberField,
  PlaceField,
  RegionField,
} from './definition.ts'
import { validateAnswers } from './validation.ts'
import { visibleFields } from './visibility.ts'

/*
 * S-89: answers against their form, from both ends. Forms and answers are made by chance, half of the answers with
 * malice; what the engine of phone and server lets pass is judged by a second opinion written apart from it.
 */
const pairs = 10_000
const seed = 20_261_128
const today = civilDate('2026-03-02')
const text = (value: string): LocalText => ({ 'zh-CN': value, en: value })
/** Names that mean something to JavaScript are names like any other. */
const ids = ['a', 'b', 'c', 'd', 'constructor', 'toString', 'valueOf', 'hasOwnProperty'] as const
const values = ['x', 'y', 'none', '__proto__'] as const

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field: fc.constantFrom(...ids), is: fc.constantFrom(...values) }),
  fc.record({ field: fc.constantFrom(...ids), isNot: fc.constantFrom(...values) }),
  fc.record({ field: fc.constantFrom(...ids), answered: fc.boolean() }),
  fc.record({ field: fc.constantFrom(...ids), contains: fc.constantFrom('x', '') }),
  numberQuestions(fc.constantFrom(...ids), fc.integer({ min: 35, max: 42 })),
  dayQuestions(fc.constantFrom(...ids)),
  regionQuestions(fc.constantFrom(...ids)),
  fc.record({
    all: fc.array(fc.record({ field: fc.constantFrom(...ids), is: fc.constantFrom(...values) }), {
      maxLength: 2,
    }),
  }),
)

type Kind =
  | 'text'
  | 'number'
  | 'single-choice'
  | 'multiple-choice'
  | 'date'
  | 'date-time'
  | 'rating'
  | 'region'
  | 'place'
  | 'phone'
  | 'declaration'
const kinds: readonly Kind[] = [
  'text',
  'number',
  'single-choice',
  'multiple-choice',
  'date',
  'date-time',
  'rating',
  'region',
  'place',
  'phone',
  'declaration',
]

function fieldOf(id: string, number: number, kind: Kind, required: boolean, when: Condition | null): Field {
  const base = { id, number, label: text(id), required, ...(when ? { visibleWhen: when } : {}) }
  switch (kind) {
    case 'text':
      return { ...base, type: 'text', maxLength: 5 }
    case 'number':
      return { ...base, type: 'number', min: 35, max: 42, decimals: 1 }
    case 'single-choice':
    case 'multiple-choice': {
      const options = values.map((value, i) => ({
        value,
        code: i + 1,
        label: text(value),
        ...(value === 'none' ? { exclusive: true as const } : {}),
      }))
      return { ...base, type: kind, options }
    }
    case 'date':
      return { ...base, type: 'date', min: { daysFromToday: -14 }, max: { daysFromToday: 0 } }
    case 'date-time':
      return { ...base, type: 'date-time', min: { daysFromToday: -14 }, max: { daysFromToday: 0 } }
    case 'rating':
      return { ...base, type: 'rating', max: 5 }
    case 'region':
      return { ...base, type: 'region', withDetail: true, offersLocation: false, within: '41' }
    case 'place':
      return { ...base, type: 'place', withAddress: number % 2 === 0 }
    case 'phone':
      return { ...base, type: 'phone' }
    case 'declaration':
      return { ...base, type: 'declaration', text: text('yes') }
  }
}

const form: fc.Arbitrary<FormDefinition> = fc
  .shuffledSubarray([...ids], { minLength: 1, maxLength: 6 })
  .chain((chosen) =>
    fc.tuple(
      ...chosen.map((id, i) =>
        fc
          .tuple(fc.constantFrom(...kinds), fc.boolean(), fc.option(condition))
          .map(([kind, required, when]) => fieldOf(id, i + 1, kind, required, when)),
      ),
    ),
  )
  .map((fields) => ({
    id: 'made/up',
    version: 1,
    title: text('t'),
    description: text('d'),
    category: 'c',
    period: 'day',
    locked: true,
    fields,
    findings: [],
  }))

const point = { latitude: 34.7465, longitude: 113.6253, accuracyM: 30, system: 'gcj-02' as const }
const honest: fc.Arbitrary<AnswerValue> = fc.oneof(
  fc.constantFrom<AnswerValue>(
    'x',
    'none',
    ' y ',
    '2026-03-01',
    '2026-02-16',
    '13800002222',
    36.5,
    42,
    true,
    1,
    5,
    '2026-03-02T23:59',
  ),
  fc.constant<AnswerValue>(['x', 'y']),
  fc.constant<AnswerValue>({ code: '410105', detail: '花园路1号' }),
  fc.constantFrom<AnswerValue>(point, { ...point, system: 'wgs-84', address: '家' }),
)
const hostile: fc.Arbitrary<AnswerValue> = fc.oneof(
  fc.constantFrom<AnswerValue>(
    '',
    '   ',
    '2026-02-30',
    '2026-03-03',
    '2026-02-15',
    '2026-02-30T10:00',
    '2026-03-03T00:00',
    '2026-03-01T24:00',
    '2026-03-01 10:00',
    '1380000222',
    'abcdef',
    '__proto__',
  ),
  fc.constantFrom<AnswerValue>(NaN, Infinity, 34.9, 42.1, 36.55, -0, 6, 1.5),
  fc.constantFrom<AnswerValue>(['x', 'x'], ['x', 'none'], ['zz'], []),
  fc.constantFrom<AnswerValue>(
    { code: '110101', detail: 'a' },
    { code: '410105' },
    { code: '999999', detail: 'a' },
  ),
  fc.constantFrom<AnswerValue>(
    { ...point, latitude: -90.5 },
    { ...point, longitude: NaN },
    { ...point, accuracyM: -1 },
    { ...point, address: 'a'.repeat(201) },
  ),
)
const answers = fc.dictionary(
  fc.constantFrom(...ids, 'unknown', '__proto__', 'prototype'),
  fc.oneof(honest, hostile),
  { maxKeys: 8, noNullPrototype: true },
)

/** The second opinion on one stored answer. */
function isRight(field: Field, value: AnswerValue): boolean {
  const checks: { readonly [K in Kind]?: () => boolean } = {
    text: () => typeof value === 'string' && value !== '' && value === value.trim() && value.length <= 5,
    number: () => ofNumber(field as NumberField, value),
    'single-choice': () =>
      (field as ChoiceField).options.filter((option) => option.value === value).length === 1,
    'multiple-choice': () => ofChoices(value),
    date: () => ofDate(value),
    'date-time': () => ofDateTime(value),
    rating: () => [1, 2, 3, 4, 5].some((score) => score === value),
    region: () => ofRegion(field as RegionField, value),
    place: () => ofPlace(field as PlaceField, value),
    phone: () => typeof value === 'string' && /^1[3-9][0-9]{9}$/.test(value),
    declaration: () => value === true,
  }
  return checks[field.type as Kind]?.() === true
}
const ofNumber = ({ min, max }: NumberField, value: AnswerValue) =>
  typeof value === 'number' &&
  value >= min &&
  value <= max &&
  Math.abs(value * 10 - Math.round(value * 10)) < 1e-9
function ofChoices(value: AnswerValue): boolean {
  if (!Array.isArray(value) || value.length === 0 || new Set(value).size !== value.length) return false
  const known: readonly string[] = values
  return value.every((each) => known.includes(each)) && (value.length === 1 || !value.includes('none'))
}
function ofDate(value: AnswerValue): boolean {
  const days = Array.from({ length: 15 }, (_, back) => addDays(today, -back))
  return days.some((day) => day === value)
}
function ofDateTime(value: AnswerValue): boolean {
  if (typeof value !== 'string' || !ofDate(value.slice(0, 10))) return false
  const at = new Date(`${value}:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 16) === value
}
const ofRegion = ({ within = '' }: RegionField, value: AnswerValue) =>
  typeof value === 'object' &&
  'code' in value &&
  /^[1-8][0-9]{5}$/.test(value.code) &&
  value.code.startsWith(within) &&
  (value.detail ?? '').trim() !== ''
const ofPlace = ({ withAddress }: PlaceField, value: AnswerValue) =>
  // Only one point of each kind is right in this game.
  typeof value === 'object' &&
  'system' in value &&
  value.latitude === point.latitude &&
  value.longitude === point.longitude &&
  value.accuracyM === point.accuracyM &&
  (value.address === undefined || (withAddress && value.address === '家'))

describe('S-89: answers against their form', () => {
  it('nothing invalid is accepted, and phone and server never disagree', () => {
    let accepted = 0
    let invalid = 0
    let disagreed = 0
    fc.assert(
      fc.property(form, answers, (definition, given) => {
        const onPhone = validateAnswers(definition, given, today)
        // What leaves the phone is JSON; the server checks what arrives.
        const arrived: unknown = JSON.parse(JSON.stringify(onPhone.ok ? onPhone.answers : given))
        const onServer = Value.Check(Answers, arrived) ? validateAnswers(definition, arrived, today) : null
        if (onPhone.ok !== (onServer?.ok ?? false) && isSendable(given)) disagreed += 1
        if (!onPhone.ok) return
        accepted += 1
        if (JSON.stringify(onServer?.ok ? onServer.answers : null) !== JSON.stringify(onPhone.answers))
          disagreed += 1
        const shown = new Map(
          visibleFields(definition, onPhone.answers, today).map((field) => [field.id, field]),
        )
        for (const [id, value] of Object.entries(onPhone.answers)) {
          const field = shown.get(id)
          if (!field || !isRight(field, value)) invalid += 1
        }
        for (const field of shown.values())
          if (field.required && !Object.hasOwn(onPhone.answers, field.id)) invalid += 1
      }),
      { numRuns: pairs, seed },
    )
    const figures = [
      { value: invalid, unit: 'invalid answers accepted' },
      { value: disagreed, unit: 'client and server disagree' },
    ]
    for (const { value, unit } of figures)
      console.log(
        `FIG ${JSON.stringify({ id: 'S-89', n: pairs, value, unit, target: '=0', seed, ok: value === 0 })}`,
      )
    expect([invalid, disagreed]).toEqual([0, 0])
    expect(accepted).toBeGreaterThan(pairs / 50)
  }, 60_000)

  /** JSON has no NaN and no infinity: such answers never leave the phone as they are. */
  const isSendable = (given: Readonly<Record<string, AnswerValue>>) =>
    Object.values(given).every((value) =>
      Object.values(typeof value === 'object' ? value : [value]).every(
        (part) => typeof part !== 'number' || Number.isFinite(part),
      ),
    )
})
