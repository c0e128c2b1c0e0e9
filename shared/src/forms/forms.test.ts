import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilDate } from '../calendar/civil-day.ts'
import { locales } from '../locale.ts'
import { programmes, programmeOf, templateById } from '../programmes/catalogue.ts'
import { daily } from '../programmes/zhengzhou/daily.ts'
import { workStart } from '../programmes/zhengzhou/work-start.ts'
import { findingsOf, isAbnormal } from '../rules/findings.ts'
import type { Answers, AnswerValue } from './answers.ts'
import { holds, type Condition } from './condition.ts'
import { everyField, holdsAnswer, type FormDefinition } from './definition.ts'
import { countedParts, facetsOf, findingFacet, optionFacet } from './facets.ts'
import { problemMessage } from './problem-messages.ts'
import { validateAnswers, type ProblemReason } from './validation.ts'
import { visibleFields } from './visibility.ts'

const today = civilDate('2026-03-02')
const well: Answers = {
  date: '2026-03-02',
  place: { code: '410105' },
  temperature: 36.5,
  symptoms: ['none'],
  'contact-case': 'no',
  'contact-region': 'no',
  'been-region': 'no',
  isolation: 'none',
  'at-work': 'yes',
}
const registered: Answers = {
  name: '员工1',
  'id-number': '410105199001011233',
  phone: '13800002222',
  department: '生产部',
  home: { code: '410105', detail: '花园路1号' },
  'came-from': { code: '420100' },
  'arrived-on': '2026-03-01',
  transport: 'train',
  'transport-number': 'G512',
  places: '武汉',
  'first-day': '2026-03-03',
  promise: true,
}

const both = (text: string) => ({ 'zh-CN': text, en: text })
const point = { latitude: 34.7465, longitude: 113.6253, accuracyM: 30, system: 'gcj-02' as const }
const visit: FormDefinition = {
  ...daily,
  findings: [],
  fields: [
    {
      id: 'at',
      number: 1,
      type: 'date-time',
      label: both('at'),
      min: { daysFromToday: -1 },
      max: { daysFromToday: 0 },
    },
    { id: 'score', number: 2, type: 'rating', label: both('score'), max: 5 },
    { id: 'here', number: 3, type: 'place', label: both('here'), withAddress: false },
  ],
}

function problemsOf(form: FormDefinition, answers: Answers): string[] {
  const result = validateAnswers(form, answers, today)
  return result.ok ? [] : result.problems.map(({ field, reason }) => `${field} ${reason}`)
}

function without(answers: Answers, field: string): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([id]) => id !== field))
}

describe('conditions', () => {
  const answers: Answers = {
    one: 'a',
    many: ['a', 'b'],
    number: 5,
    none: ['none'],
    words: '发热 Cough',
    day: '2026-02-28',
    at: '2026-03-02T23:59',
    place: { code: '410105' },
  }
  it.each<[string, Condition, boolean]>([
    ['is', { field: 'one', is: 'a' }, true],
    ['is, of many', { field: 'many', is: 'b' }, true],
    ['is, another', { field: 'one', is: 'b' }, false],
    ['is, unanswered', { field: 'open', is: 'a' }, false],
    ['isNot', { field: 'one', isNot: 'b' }, true],
    ['isNot, unanswered', { field: 'open', isNot: 'b' }, false],
    ['anyOf', { field: 'many', anyOf: ['x', 'b'] }, true],
    ['anyExcept', { field: 'many', anyExcept: 'a' }, true],
    ['anyExcept, only that', { field: 'none', anyExcept: 'none' }, false],
    ['atLeast', { field: 'number', atLeast: 5 }, true],
    ['atLeast, less', { field: 'number', atLeast: 5.1 }, false],
    ['atLeast, a text', { field: 'one', atLeast: 0 }, false],
    ['atMost', { field: 'number', atMost: 5 }, true],
    ['atMost, more', { field: 'number', atMost: 4.9 }, false],
    ['moreThan', { field: 'number', moreThan: 4.9 }, true],
    ['moreThan, the same', { field: 'number', moreThan: 5 }, false],
    ['lessThan', { field: 'number', lessThan: 5.1 }, true],
    ['lessThan, the same', { field: 'number', lessThan: 5 }, false],
    ['lessThan, unanswered', { field: 'open', lessThan: 5 }, false],
    ['equals', { field: 'number', equals: 5 }, true],
    ['equals, the same digits in a text', { field: 'words', equals: 5 }, false],
    ['differs', { field: 'number', differs: 4 }, true],
    ['differs, the same', { field: 'number', differs: 5 }, false],
    ['differs, unanswered', { field: 'open', differs: 4 }, false],
    ['between, its lower end', { field: 'number', between: { from: 5, to: 6 } }, true],
    ['between, its upper end', { field: 'number', between: { from: 4, to: 5 } }, true],
    ['between, outside', { field: 'number', between: { from: 5.1, to: 6 } }, false],
    ['contains', { field: 'words', contains: '发热' }, true],
    ['contains, letters otherwise', { field: 'words', contains: 'cough' }, false],
    ['contains, an option', { field: 'many', contains: 'a' }, false],
    ['before today', { field: 'day', before: { daysFromToday: 0 } }, true],
    ['before that day', { field: 'day', before: { daysFromToday: -2 } }, false],
    ['notAfter that day', { field: 'day', notAfter: { daysFromToday: -2 } }, true],
    ['notAfter the day before', { field: 'day', notAfter: { date: '2026-02-27' } }, false],
    ['onDay, over the end of a month', { field: 'day', onDay: { daysFromToday: -2 } }, true],
    ['onDay, another', { field: 'day', onDay: { date: '2026-03-01' } }, false],
    ['notBefore that day', { field: 'day', notBefore: { date: '2026-02-28' } }, true],
    ['after the day before', { field: 'day', after: { daysFromToday: -3 } }, true],
    ['after that day', { field: 'day', after: { daysFromToday: -2 } }, false],
    ['within', { field: 'day', within: { from: { daysFromToday: -14 }, to: { daysFromToday: 0 } } }, true],
    [
      'within, too long ago',
      { field: 'day', within: { from: { daysFromToday: -1 }, to: { daysFromToday: 0 } } },
      false,
    ],
    ['the last minute of today', { field: 'at', onDay: { daysFromToday: 0 } }, true],
    ['the last minute of today is not after it', { field: 'at', after: { daysFromToday: 0 } }, false],
    ['a day, unanswered', { field: 'open', before: { daysFromToday: 9 } }, false],
    ['a day, of a number', { field: 'number', before: { daysFromToday: 9 } }, false],
    ['inRegions, the province', { field: 'place', inRegions: ['11', '41'] }, true],
    ['inRegions, the county', { field: 'place', inRegions: ['410105'] }, true],
    ['inRegions, elsewhere', { field: 'place', inRegions: ['4102'] }, false],
    ['outsideRegions', { field: 'place', outsideRegions: ['4102', '11'] }, true],
    ['outsideRegions, inside', { field: 'place', outsideRegions: ['4101'] }, false],
    ['outsideRegions, unanswered', { field: 'open', outsideRegions: ['4101'] }, false],
    ['outsideRegions, a text', { field: 'one', outsideRegions: ['4101'] }, false],
    ['answered', { field: 'one', answered: true }, true],
    ['not answered', { field: 'open', answered: false }, true],
    [
      'all',
      {
        all: [
          { field: 'one', is: 'a' },
          { field: 'number', atLeast: 6 },
        ],
      },
      false,
    ],
    [
      'any',
      {
        any: [
          { field: 'one', is: 'b' },
          { field: 'number', atLeast: 5 },
        ],
      },
      true,
    ],
    ['not', { not: { field: 'open', is: 'a' } }, true],
    ['all of nothing', { all: [] }, true],
    ['any of nothing', { any: [] }, false],
  ])('%s', (_name, condition, expected) => {
    expect(holds(condition, answers, today)).toBe(expected)
  })
})

describe('visibility', () => {
  it('shows a field while its condition holds', () => {
    const ids = (answers: Answers) => visibleFields(daily, answers, today).map(({ id }) => id)
    expect(ids(well)).not.toContain('isolation-since')
    expect(ids({ ...well, isolation: 'home' })).toContain('isolation-since')
    expect(ids({ ...well, symptoms: ['other'] })).toContain('symptoms-other')
  })

  it('hides what depends on a hidden answer', () => {
    const choice = (id: string, number: number, on?: string) => ({
      id,
      number,
      type: 'single-choice' as const,
      options: [{ value: 'yes', code: 1, label: { 'zh-CN': '是', en: 'Yes' } }],
      label: { 'zh-CN': id, en: id },
      ...(on ? { visibleWhen: { field: on, is: 'yes' } } : {}),
    })
    const form: FormDefinition = {
      ...daily,
      fields: [choice('a', 1), choice('b', 2, 'a'), choice('c', 3, 'b')],
    }
    expect(visibleFields(form, { b: 'yes', c: 'yes' }, today).map(({ id }) => id)).toEqual(['a'])
    const result = validateAnswers(form, { b: 'yes', c: 'yes' }, today)
    expect(result).toEqual({ ok: true, answers: {} })
  })
})

describe('Z-34: validation', () => {
  it('accepts a normal day and a complete registration as they are', () => {
    expect(validateAnswers(daily, well, today)).toEqual({ ok: true, answers: well })
    expect(validateAnswers(workStart, registered, today)).toEqual({ ok: true, answers: registered })
  })

  it.each<[string, Answers, string[]]>([
    ['temperature 60', { temperature: 60 }, ['temperature number.max']],
    ['temperature 34.9', { temperature: 34.9 }, ['temperature number.min']],
    ['35.0 and 42.0 are the ends', { temperature: 42 }, []],
    ['two decimals', { temperature: 36.55 }, ['temperature number.decimals']],
    ['a text for a number', { temperature: '36.5' }, ['temperature type']],
    ['a number for a choice', { 'at-work': 1 }, ['at-work type']],
    ['an option that is none', { 'at-work': 'maybe' }, ['at-work choice.unknown']],
    ['an option twice', { symptoms: ['fever', 'fever'] }, ['symptoms choice.unknown']],
    ['none and fever', { symptoms: ['none', 'fever'] }, ['symptoms choice.exclusive']],
    ['no symptom ticked at all', { symptoms: [] }, ['symptoms required']],
    ['one for many', { symptoms: 'none' }, ['symptoms type']],
    ['yesterday', { date: '2026-03-01' }, ['date date.too-early']],
    ['tomorrow', { date: '2026-03-03' }, ['date date.too-late']],
    ['a day the calendar has not', { date: '2026-02-30' }, ['date date.unreal']],
    ['a place outside the country', { place: { code: '999999' } }, ['place region.unknown']],
    ['a text for a place', { place: '410105' }, ['place region.unknown']],
    ['remarks too long', { remarks: 'x'.repeat(501) }, ['remarks text.too-long']],
    ['a field the form has not', { shoe: '43' }, ['shoe field.unknown']],
    ['an answer to a heading', { member: 'x' }, ['member field.unknown']],
    ['isolation without its beginning', { isolation: 'home' }, ['isolation-since required']],
  ])('daily: %s', (_name, changes, problems) => {
    expect(problemsOf(daily, { ...well, ...changes })).toEqual(problems)
  })

  it.each<[string, Answers, string[]]>([
    ['a wrong check digit', { 'id-number': '410105199001011234' }, ['id-number id-number.check-digit']],
    ['a short phone', { phone: '1380000' }, ['phone phone.invalid']],
    ['a home elsewhere', { home: { code: '420100', detail: 'x' } }, ['home region.outside']],
    ['a home without its detail', { home: { code: '410105', detail: '  ' } }, ['home region.detail']],
    ['work on the day of filing', { 'first-day': '2026-03-02' }, ['first-day date.too-early']],
    ['arrival tomorrow', { 'arrived-on': '2026-03-03' }, ['arrived-on date.too-late']],
    ['only blanks', { name: '   ' }, ['name required']],
  ])('work start: %s', (_name, changes, problems) => {
    expect(problemsOf(workStart, { ...registered, ...changes })).toEqual(problems)
  })

  it.each<[string, Answers, string[]]>([
    ['a minute of today', { at: '2026-03-02T23:59', score: 5 }, []],
    ['a minute of tomorrow', { at: '2026-03-03T00:00' }, ['at date.too-late']],
    ['a minute before the first day', { at: '2026-02-28T23:59' }, ['at date.too-early']],
    ['a day without its time', { at: '2026-03-02' }, ['at date-time.unreal']],
    ['an hour the day has not', { at: '2026-03-02T24:00' }, ['at date-time.unreal']],
    ['seconds nobody asked for', { at: '2026-03-02T10:00:00' }, ['at date-time.unreal']],
    ['no score at all', { score: 0 }, ['score rating.outside']],
    ['more than the best score', { score: 6 }, ['score rating.outside']],
    ['half a score', { score: 4.5 }, ['score rating.outside']],
    ['a text for a score', { score: '4' }, ['score type']],
    ['a point', { here: point }, []],
    ['a point off the earth', { here: { ...point, latitude: 90.1 } }, ['here place.unreal']],
    ['a point that is none', { here: { ...point, longitude: NaN } }, ['here place.unreal']],
    ['a circle without end', { here: { ...point, accuracyM: Infinity } }, ['here place.unreal']],
    ['words nobody asked for', { here: { ...point, address: '家' } }, ['here place.unreal']],
    ['a region for a point', { here: { code: '410105' } }, ['here place.unreal']],
  ])('date-time, rating, place: %s', (_name, answers, problems) => {
    expect(problemsOf(visit, answers)).toEqual(problems)
  })

  it('every required field is missed by name', () => {
    for (const form of [daily, workStart]) {
      const answers = form === daily ? well : registered
      for (const field of form.fields.filter((each) => each.required && !each.visibleWhen))
        expect(problemsOf(form, without(answers, field.id))).toContain(`${field.id} required`)
    }
  })

  it('drops answers to hidden fields, trims texts, and never throws whatever it is given', () => {
    const hidden = validateAnswers(
      daily,
      { ...well, 'isolation-since': '2026-02-01', remarks: ' 好 ' },
      today,
    )
    expect(hidden).toEqual({ ok: true, answers: { ...well, remarks: '好' } })
    const value: fc.Arbitrary<AnswerValue> = fc.oneof(
      fc.string(),
      fc.double(),
      fc.constant(true as const),
      fc.array(fc.string()),
      fc.record({ code: fc.string() }),
    )
    const key = fc.oneof(fc.constantFrom(...daily.fields.map(({ id }) => id)), fc.string())
    fc.assert(
      fc.property(fc.dictionary(key, value), (answers) => {
        const result = validateAnswers(daily, answers, today)
        if (result.ok) expect(validateAnswers(daily, result.answers, today)).toEqual(result)
        else expect(result.problems.length).toBeGreaterThan(0)
      }),
    )
  })

  it('every problem has a sentence in both languages, without gaps left open', () => {
    const reasons: ProblemReason[] = [
      'required',
      'type',
      'number.min',
      'number.max',
      'number.decimals',
      'text.too-long',
      'choice.unknown',
      'choice.exclusive',
      'date.unreal',
      'date.too-early',
      'date.too-late',
      'date-time.unreal',
      'rating.outside',
      'region.unknown',
      'region.outside',
      'region.detail',
      'place.unreal',
      'phone.invalid',
      'id-number.length',
      'id-number.region',
      'id-number.birth-date',
      'id-number.check-digit',
      'field.unknown',
    ]
    const params = { min: 1, max: 2, decimals: 1, earliest: '2026-03-02', latest: '2026-03-02' }
    for (const locale of locales)
      for (const reason of reasons) {
        const text = problemMessage({ field: 'x', reason, params }, locale)
        expect(text).not.toBe('')
        expect(text).not.toMatch(/[{}]/)
      }
  })
})

describe('Z-38: findings and facets', () => {
  it.each<[string, Answers, string[]]>([
    ['well', {}, []],
    ['37.2', { temperature: 37.2 }, []],
    ['37.3', { temperature: 37.3 }, ['fever']],
    ['cough', { symptoms: ['dry-cough'] }, ['symptom']],
    ['a case', { 'contact-case': 'yes' }, ['contact']],
    ['all', { temperature: 40, symptoms: ['fever'], 'been-region': 'yes' }, ['fever', 'symptom', 'contact']],
  ])('%s', (_name, changes, ids) => {
    const findings = findingsOf(daily, { ...well, ...changes }, today)
    expect(findings.map(({ id }) => id)).toEqual(ids)
    expect(isAbnormal(findings)).toBe(ids.length > 0)
  })

  it.each([
    [35, 4001],
    [37.2, 4001],
    [37.3, 4002],
    [38.4, 4002],
    [38.5, 4003],
    [42, 4003],
  ])('%s ℃ lies in band %s', (temperature, facet) => {
    expect(facetsOf(daily, { temperature }, [])).toEqual([facet])
  })

  it('counts every score of a rating, those nobody gave included', () => {
    const [at, score] = visit.fields
    expect(facetsOf(visit, { score: 4, at: '2026-03-02T10:00' }, [])).toEqual([2004])
    expect(score && countedParts(score).map(({ code }) => code)).toEqual([1, 2, 3, 4, 5])
    expect(at && countedParts(at)).toEqual([])
  })

  it('counts options and findings, and nothing a person wrote', () => {
    const answers = { ...well, symptoms: ['fever', 'other'], 'symptoms-other': '头痛', temperature: 38 }
    expect(facetsOf(daily, answers, findingsOf(daily, answers, today))).toEqual([
      4002, 5002, 5006, 7001, 8001, 9001, 10001, 12002, 1_000_001, 1_000_002,
    ])
    expect(facetsOf(workStart, registered, [])).toEqual([8002])
  })

  it('a facet means one thing only', () => {
    for (const { templates } of programmes)
      for (const form of templates) {
        const facets = [
          ...form.findings.map(findingFacet),
          ...everyField(form).flatMap(({ field }) => {
            const parts = 'options' in field ? field.options : 'bands' in field ? (field.bands ?? []) : []
            return parts.map(({ code }) => optionFacet(field, code))
          }),
        ]
        expect(new Set(facets).size).toBe(facets.length)
        const all = everyField(form)
        expect(new Set(all.map(({ field }) => field.number)).size).toBe(all.length)
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
      }
  })
})

describe('programmes', () => {
  it('Z-30: every template has a category, a locked name, and texts in both languages', () => {
    for (const programme of programmes)
      for (const form of programme.templates) {
        expect(programme.categories.map(({ id }) => id)).toContain(form.category)
        expect(form.locked).toBe(true)
        expect(templateById(form.id)).toBe(form)
        expect(programmeOf(form.id)).toBe(programme)
        for (const field of form.fields)
          for (const locale of locales) expect(field.label[locale]).not.toBe('')
      }
    expect(templateById('zhengzhou/none')).toBeNull()
  })

  it('Z-34: risk questions are never carried over', () => {
    const carried = daily.fields.filter((field) => field.carried).map(({ id }) => id)
    expect(carried).toEqual(['place', 'isolation', 'isolation-since', 'at-work'])
    expect(daily.fields.filter((field) => field.carried).every(holdsAnswer)).toBe(true)
  })

  it('Z-40: every report counts a form that ships', () => {
    for (const { reports } of programmes)
      for (const { formId } of reports) expect(templateById(formId)).not.toBeNull()
  })
})
