import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilDate } from '../../calendar/civil-day.ts'
import { programmes } from '../../programmes/catalogue.ts'
import type { Answers } from '../answers.ts'
import type { Condition } from '../condition.ts'
import type { Field, FormDefinition } from '../definition.ts'
import { countedParts, facetsOf, findingFacet, mostFacet, optionFacet } from '../facets.ts'
import { validateAnswers } from '../validation.ts'
import { readContent } from './content-schema.ts'
import { blankContent } from './content.ts'
import { definitionDiff } from './definition-diff.ts'
import { definitionProblems } from './definition-problems.ts'
import { changeText, definitionProblemText } from './design-texts.ts'
import { numbered, withEnglish } from './numbering.ts'
import { noticeOfOwn, ownNoticeOf } from './own-notice.ts'
import { answersStillFitting } from './succession.ts'

const today = civilDate('2026-03-02')
const text = (value: string) => ({ 'zh-CN': value, en: '' })
const option = (value: string, code = 0) => ({ value, code, label: text(value) })
const number = (id: string, more: object = {}): Field => ({
  id,
  number: 0,
  type: 'number',
  min: 0,
  max: 100,
  decimals: 0,
  label: text(id),
  ...more,
})
const choice = (id: string, values: readonly string[], more: object = {}): Field => ({
  id,
  number: 0,
  type: 'single-choice',
  options: values.map((value) => option(value)),
  label: text(id),
  ...more,
})
const formOf = (fields: readonly Field[], more: Partial<FormDefinition> = {}): FormDefinition => ({
  id: 'own/form',
  version: 1,
  title: text('t'),
  description: text(''),
  category: 'own',
  period: 'day',
  locked: false,
  fields,
  findings: [],
  ...more,
})
const made = (fields: readonly Field[], more: Partial<FormDefinition> = {}) =>
  numbered(formOf(fields, more), [])
const reasons = (form: FormDefinition) => definitionProblems(form).map(({ reason }) => reason)

describe('Z-37: what keeps a form from being published', () => {
  const ok = number('a')
  it.each<[string, FormDefinition, string[]]>([
    ['a good form', made([ok, choice('b', ['x', 'y'], { visibleWhen: { field: 'a', atLeast: 3 } })]), []],
    ['no title', made([ok], { title: text(' ') }), ['title.missing']],
    ['no fields', made([]), ['fields.none']],
    [
      'only a note',
      made([{ id: 'n', number: 0, type: 'note', text: text('x'), label: text('n') }]),
      ['field.asks-nothing'],
    ],
    ['a name every object has', made([number('constructor')]), ['id.unsafe']],
    ['the name of the prototype', made([number('__proto__')]), ['id.unsafe']],
    ['a name XLSForm does not take', made([number('1 a')]), ['id.unsafe']],
    ['a name twice', made([ok, number('a')]), ['id.twice', 'number.twice']],
    ['a number facets cannot hold', formOf([number('a', { number: 1000 })]), ['number.outside']],
    ['no label', made([number('a', { label: text('') })]), ['label.missing']],
    ['no options', made([choice('a', [])]), ['options.none']],
    ['an option twice', made([choice('a', ['x', 'x'])]), ['option.twice', 'option.same-label', 'code.twice']],
    ['limits reversed', made([number('a', { min: 5, max: 4 })]), ['limits.reversed']],
    [
      'bands that overlap',
      made([
        number('a', {
          bands: [
            { code: 0, label: text('l'), below: 5 },
            { code: 0, label: text('h'), from: 4 },
          ],
        }),
      ]),
      ['bands.overlap'],
    ],
    [
      'a band that ends before it begins',
      made([number('a', { bands: [{ code: 0, label: text('l'), from: 5, below: 5 }] })]),
      ['bands.empty'],
    ],
    [
      'an option that excludes where one is chosen anyway',
      made([choice('a', [], { options: [{ ...option('x'), exclusive: true }, option('y')] })]),
      ['exclusive.misplaced'],
    ],
    [
      'a condition on a later field',
      made([number('a', { visibleWhen: { field: 'b', answered: true } }), number('b')]),
      ['condition.later-field'],
    ],
    ['a condition on nothing', made([number('a', { visibleWhen: { all: [] } })]), ['condition.empty']],
    [
      'a condition on a field that is gone',
      made([number('a', { visibleWhen: { field: 'toString', answered: true } })]),
      ['condition.unknown-field'],
    ],
    [
      'a condition that does not fit',
      made([ok, number('b', { visibleWhen: { field: 'a', is: '3' } })]),
      ['condition.operator'],
    ],
    [
      'an option that is gone',
      made([choice('a', ['x']), number('b', { visibleWhen: { not: { field: 'a', anyOf: ['x', 'z'] } } })]),
      ['condition.unknown-option'],
    ],
    [
      'a rule on a field that is gone',
      made([ok], {
        findings: [
          { id: 'r', number: 0, label: text('r'), when: { field: 'z', atLeast: 1 }, abnormal: true },
        ],
      }),
      ['condition.unknown-field'],
    ],
    [
      'a check on a later field, without words',
      made([
        number('a', { check: { when: { field: 'b', atLeast: 1 }, message: text(' ') } }),
        number('b', { check: { when: { field: 'b', atLeast: 1 }, message: text('x'.repeat(201)) } }),
      ]),
      ['condition.later-field', 'check.no-message', 'check.message-too-long'],
    ],
    [
      'a check of its own answer and those before it, in a row too',
      made([
        ok,
        {
          id: 'g',
          number: 0,
          type: 'group',
          label: text('g'),
          rowLabel: text('{n}'),
          maxRows: 2,
          check: { when: { rowsOf: 'g', someRow: { field: 'b', atLeast: 1 } }, message: text('m') },
          fields: [
            number('b', {
              check: {
                when: {
                  any: [
                    { field: 'b', atLeast: 1 },
                    { field: 'a', atLeast: 1 },
                  ],
                },
                message: text('m'),
              },
            }),
          ] as never,
        },
      ]),
      [],
    ],
    [
      'a check where nothing is asked',
      made([
        ok,
        {
          id: 'n',
          number: 0,
          type: 'note',
          text: text('x'),
          label: text('n'),
          check: { when: { field: 'a', atLeast: 1 }, message: text('m') },
        },
      ]),
      ['check.asks-nothing'],
    ],
    [
      'computed from a later field',
      made([
        { id: 'c', number: 0, type: 'computed', expression: { field: 'a' }, decimals: 0, label: text('c') },
        ok,
      ]),
      ['expression.not-before'],
    ],
  ])('%s', (_name, form, expected) => {
    expect(reasons(form)).toEqual(expected)
    for (const problem of definitionProblems(form)) {
      expect(definitionProblemText(problem, 'zh-CN')).not.toMatch(/[{}]|^$/)
      expect(definitionProblemText(problem, 'en')).not.toMatch(/[{}]|^$/)
    }
  })

  it('nothing of the templates that ship', () => {
    for (const template of programmes.flatMap(({ templates }) => templates))
      expect(definitionProblems(template)).toEqual([])
  })

  it('a condition as deep as a stack is refused, not survived by luck', () => {
    let deep: Condition = { field: 'a', answered: true }
    for (let i = 0; i < 5000; i += 1) deep = { not: deep }
    const content = { ...blankContent(), fields: [number('a'), number('b', { visibleWhen: deep })] }
    expect(readContent(content)).toBeNull()
    expect(
      reasons(
        made([
          number('a'),
          number('b', {
            visibleWhen: {
              not: {
                not: { not: { not: { not: { not: { not: { not: { field: 'a', answered: true } } } } } } },
              },
            },
          }),
        ]),
      ),
    ).toEqual(['condition.too-deep'])
  })
})

describe('Z-37: what a client hands in', () => {
  it('is read when it has the shape of a form', () => {
    for (const { title, description, period, fields, findings } of programmes.flatMap(
      ({ templates }) => templates,
    ))
      expect(readContent({ ...blankContent(), title, description, period, fields, findings })).not.toBeNull()
  })

  it.each<[string, object]>([
    ['a type there is none of', { ...number('a'), type: 'constructor' }],
    ['a part too many', number('a', { evil: true })],
    ['options of a number', number('a', { options: [] })],
    [
      'an expression that is code',
      { id: 'c', number: 0, type: 'computed', expression: 'a + 1', decimals: 0, label: text('c') },
    ],
    [
      'a required computed field',
      {
        id: 'c',
        number: 0,
        type: 'computed',
        required: true,
        expression: { number: 1 },
        decimals: 0,
        label: text('c'),
      },
    ],
  ])('not %s', (_name, field) => {
    expect(readContent({ ...blankContent(), fields: [field] })).toBeNull()
  })

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), fc.jsonValue(), (anything, json) => {
        readContent(anything)
        readContent({ ...blankContent(), fields: [json], findings: json })
      }),
    )
  })
})

/** Versions of one form: fields come, go, move and change their type; options come and go. */
const fieldMade = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    fc.constantFrom('number', 'rating', 'text', 'choice', 'choices', 'computed'),
    fc.shuffledSubarray(['x', 'y', 'z', 'w'], { minLength: 1 }),
    fc.integer({ min: 2, max: 5 }),
  )
  .map(([id, type, values, max]): Field => {
    if (type === 'number')
      return number(id, {
        max,
        // Met by some answers of other versions and not by others.
        check: { when: { field: id, atLeast: values.length + 1 }, message: text('no') },
        bands: [
          { code: 0, label: text('l'), below: max },
          { code: 0, label: text('h'), from: max },
        ],
      })
    if (type === 'rating') return { id, number: 0, type: 'rating', max, label: text(id) }
    if (type === 'text') return { id, number: 0, type: 'text', maxLength: max, label: text(id) }
    if (type === 'computed')
      return { id, number: 0, type: 'computed', decimals: 0, expression: { number: max }, label: text(id) }
    return choice(id, values, type === 'choice' ? {} : { type: 'multiple-choice' })
  })
const versions = fc.array(
  fc.uniqueArray(fieldMade, { selector: ({ id }) => id, minLength: 1, maxLength: 5 }),
  {
    minLength: 2,
    maxLength: 5,
  },
)
const history = versions.map((all) =>
  all.reduce<FormDefinition[]>((earlier, fields) => [...earlier, numbered(formOf(fields), earlier)], []),
)
const answerTo = (field: Field): Answers[string] | undefined => {
  if (field.type === 'number') return field.max
  if (field.type === 'rating') return field.max
  if (field.type === 'text') return 'ab'
  if (field.type === 'single-choice') return field.options[0]?.value
  return field.type === 'multiple-choice' ? field.options.map(({ value }) => value) : undefined
}
const answersTo = (form: FormDefinition): Answers =>
  Object.fromEntries(
    form.fields.flatMap((field) => {
      const value = answerTo(field)
      return value === undefined ? [] : [[field.id, value] as const]
    }),
  )

/** Without those the form itself would have refused. */
const filed = (form: FormDefinition): Answers => {
  const given = answersTo(form)
  const checked = validateAnswers(form, given, today)
  const isRefused = new Set(checked.ok ? [] : checked.problems.map(({ field }) => field))
  return Object.fromEntries(Object.entries(given).filter(([id]) => !isRefused.has(id)))
}

describe('Z-37: a form that changes', () => {
  it('never uses a number or a code again for something else', () => {
    fc.assert(
      fc.property(history, (all) => {
        const meanings = new Map<number, string>()
        const codes = new Map<string, string>()
        for (const form of all) {
          expect(definitionProblems(form)).toEqual([])
          for (const field of form.fields) {
            const meaning = `${field.id}/${field.type}/${field.type === 'rating' ? field.max : ''}`
            expect(meanings.get(field.number) ?? meaning).toBe(meaning)
            meanings.set(field.number, meaning)
            if (!('options' in field)) continue
            for (const { value, code } of field.options) {
              expect(codes.get(`${field.number}/${code}`) ?? value).toBe(value)
              codes.set(`${field.number}/${code}`, value)
            }
          }
        }
      }),
    )
  })

  it('keeps the numbers of what did not change, whatever a client says of them', () => {
    const first = made([number('a'), choice('b', ['x', 'y'])])
    const second = numbered(
      formOf([
        choice('b', ['y', 'z', 'x'], { number: 77 }),
        number('c', { number: 1 }),
        number('a', { number: 2 }),
      ]),
      [first],
    )
    expect(second.fields.map(({ id, number }) => `${id}${number}`)).toEqual(['b2', 'c3', 'a1'])
    const [b] = second.fields
    expect(b && 'options' in b && b.options.map(({ value, code }) => `${value}${code}`)).toEqual([
      'y2',
      'z3',
      'x1',
    ])
    const third = numbered(formOf([choice('a', ['x']), choice('b', ['q'])]), [first, second])
    expect(third.fields.map(({ number }) => number)).toEqual([4, 2])
    expect(
      third.fields.flatMap((field) => ('options' in field ? field.options.map(({ code }) => code) : [])),
    ).toEqual([1, 4])
  })

  it('never breaks an old answer: it reads and counts as it did, and carries over only where it still fits', () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), (all, i, j) => {
        const then = all[i % all.length]
        const now = all[j % all.length]
        if (!then || !now) return
        const answers = filed(then)
        const before = JSON.stringify([validateAnswers(then, answers, today), facetsOf(then, answers, [])])
        const kept = answersStillFitting(now, then, answers, today)
        expect(validateAnswers(now, kept, today).ok).toBe(true)
        for (const [id, value] of Object.entries(kept)) expect(value).toBe(answers[id])
        // The same questions with the same answers count under the same facets.
        const isBanded = (facet: number) =>
          now.fields.some((field) => field.number === Math.floor(facet / 1000) && 'bands' in field)
        for (const facet of facetsOf(now, kept, []).filter((each) => !isBanded(each)))
          expect(facetsOf(then, answers, [])).toContain(facet)
        expect(JSON.stringify([validateAnswers(then, answers, today), facetsOf(then, answers, [])])).toBe(
          before,
        )
      }),
    )
  })
})

describe('Z-37: a long list of options', () => {
  const values = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `o${from + i}`)

  it('is published as it is, each option with a facet of its own that nothing else in the form has', () => {
    const form = made([choice('a', values(0, 2000)), choice('b', values(0, 2000)), number('c')], {
      findings: [{ id: 'r', number: 1, label: text('r'), when: { field: 'c', atLeast: 1 }, abnormal: true }],
    })
    expect(reasons(form)).toEqual([])
    expect(readContent({ ...blankContent(), fields: form.fields })).not.toBeNull()
    const facets = [
      ...form.fields.flatMap((field) => countedParts(field).map(({ code }) => optionFacet(field, code))),
      ...form.findings.map(findingFacet),
    ]
    expect(new Set(facets).size).toBe(4001)
    expect(Math.max(...facets)).toBeLessThanOrEqual(mostFacet)
    for (const [a, b] of [
      ['o0', 'o1999'],
      ['o998', 'o999'],
    ] as const)
      expect(facetsOf(form, { a, b }, [])).toHaveLength(2)
  })

  it('can be replaced by another four times over before the codes are used up', () => {
    const versions: FormDefinition[] = []
    for (let year = 0; year < 5; year += 1)
      versions.push(numbered(formOf([choice('a', values(year * 2000, year * 2000 + 2000))]), versions))
    expect(versions.map(reasons)).toEqual([[], [], [], [], ['code.outside']])
  })

  it('has no more options than a phone can load', () => {
    const fields = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => choice(id, values(0, 2000)))
    expect(reasons(made(fields))).toEqual(['options.too-many'])
    expect(readContent({ ...blankContent(), fields: [choice('a', values(0, 2001))] })).toBeNull()
  })
})

describe('Z-37: what changed, in words', () => {
  it('names every kind of change once', () => {
    const a = made([
      choice('q', ['x', 'y']),
      number('n'),
      number('gone'),
      { id: 't', number: 0, type: 'text', maxLength: 9, label: text('t') },
    ])
    const b = numbered(
      formOf(
        [
          number('new'),
          { id: 't', number: 0, type: 'long-text', maxLength: 9, label: text('t') },
          choice('q', ['y', 'z'], { required: true }),
          number('n', {
            max: 5,
            label: text('N'),
            visibleWhen: { field: 'q', is: 'y' },
            check: { when: { field: 'n', atLeast: 2 }, message: text('two') },
          }),
        ],
        {
          title: text('T'),
          findings: [
            { id: 'r', number: 1, label: text('r'), when: { field: 'n', atLeast: 1 }, abnormal: true },
          ],
        },
      ),
      [a],
    )
    const changes = definitionDiff(a, b)
    expect(changes.map((change) => changeText(change, 'zh-CN'))).toEqual([
      '表单名称由“t”改为“T”',
      '新增“new”',
      '移动“t”',
      '“t”由单行文本改为多行文本',
      '“q”改为必填',
      '“q”新增选项“z”',
      '“q”删除选项“x”',
      '“n”改名为“N”',
      '“N”的显示条件已修改',
      '“N”的校验条件已修改',
      '“N”的填写要求已修改',
      '删除“gone”',
      '新增异常规则“r”',
    ])
    for (const change of changes) expect(changeText(change, 'en')).not.toMatch(/[{}]/)
  })

  it('says nothing when nothing changed, in whatever order a database gives the parts back', () => {
    fc.assert(
      fc.property(history, ([form]) => {
        if (!form) return
        const reversed: FormDefinition = JSON.parse(JSON.stringify(form), (_name, part: unknown) =>
          typeof part === 'object' && part !== null && !Array.isArray(part)
            ? Object.fromEntries(Object.entries(part).reverse())
            : part,
        )
        expect(definitionDiff(form, reversed)).toEqual([])
        expect(numbered(reversed, [form]).fields.map(({ number }) => number)).toEqual(
          form.fields.map(({ number }) => number),
        )
      }),
    )
  })
})

describe('X-03: the notice of an own form', () => {
  const own = { basis: 'consent', why: text('统计车位'), keptDays: 30, sensitive: ['b'] } as const
  const fields = made([
    number('a'),
    number('b'),
    { id: 'p', number: 0, type: 'place', withAddress: false, label: text('p') },
  ]).fields

  it('tells sensitive questions apart, and is shown anew only when it says something else', () => {
    const first = noticeOfOwn(own, { fields, findings: [] }, null)
    expect(first.collects.map(({ fields: ids, isSensitive }) => [ids, isSensitive])).toEqual([
      [['a'], false],
      [['b', 'p'], true],
    ])
    expect(first.version).toBe(1)
    expect(noticeOfOwn(own, { fields, findings: [] }, first).version).toBe(1)
    expect(noticeOfOwn({ ...own, keptDays: 60 }, { fields, findings: [] }, first).version).toBe(2)
    expect(noticeOfOwn(own, { fields: fields.slice(1), findings: [] }, first).version).toBe(2)
    expect(ownNoticeOf({ notice: first, fields })).toEqual(own)
  })

  it('Chinese stands in where there is no English', () => {
    expect(withEnglish({ title: text('表'), fields: [{ label: { 'zh-CN': '甲', en: 'A' } }] })).toEqual({
      title: { 'zh-CN': '表', en: '表' },
      fields: [{ label: { 'zh-CN': '甲', en: 'A' } }],
    })
  })
})
