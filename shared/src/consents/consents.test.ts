import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilDate } from '../calendar/civil-day.ts'
import { everyField, holdsAnswer } from '../forms/definition.ts'
import { noticeOf, programmes } from '../programmes/catalogue.ts'
import { daily } from '../programmes/zhengzhou/daily.ts'
import { workStart } from '../programmes/zhengzhou/work-start.ts'
import { birthDateOf, isUnder14, namesChild } from './minors.ts'
import {
  closedFields,
  guardianPurpose,
  isGiven,
  neededConsents,
  noticePurpose,
  type Decision,
  type Notice,
} from './notice.ts'

const text = { 'zh-CN': '文', en: 'text' }
const purpose = (id: string, fields: readonly string[]) => ({
  id,
  label: text,
  text,
  refusal: text,
  isSensitive: true,
  fields,
})

describe('S-39: the legal basis is data', () => {
  const templates = programmes.flatMap(({ templates: all }) => all)

  it('every template has a notice with a basis and words for it', () => {
    const without = templates.filter((template) => !noticeOf(template)?.ground['zh-CN'])
    const figure = { id: 'S-39', n: templates.length, value: without.length, unit: 'forms without basis' }
    console.log(`FIG ${JSON.stringify({ ...figure, target: '=0', ok: without.length === 0 })}`)
    expect(without).toEqual([])
  })

  it('the notice names every question once, as collected or as a choice; a choice is never required', () => {
    for (const template of templates) {
      const notice = noticeOf(template)
      const chosen = notice?.purposes.flatMap(({ fields }) => fields) ?? []
      const named = [...(notice?.collects.flatMap(({ fields }) => fields) ?? []), ...chosen]
      const asked = template.fields.filter((field) => holdsAnswer(field) || field.type === 'profile')
      // A question in rows may be named apart from its group.
      const apart = chosen.filter((id) => id.includes('/'))
      expect(named.toSorted()).toEqual([...asked.map(({ id }) => id), ...apart].toSorted())
      for (const id of chosen)
        expect(everyField(template).find((each) => each.id === id)?.field.required ?? false).toBe(false)
    }
  })
})

describe('S-38: what is lacking', () => {
  const fields = ['a', 'b', 'c', 'd'] as const
  const flow = fc.record({
    version: fc.integer({ min: 1, max: 2 }),
    decisions: fc.array(
      fc.record({
        purpose: fc.constantFrom(noticePurpose, guardianPurpose, 'one', 'two'),
        version: fc.integer({ min: 1, max: 2 }),
        decision: fc.oneof(
          // Most say yes, or too few flows would pass to say much about those that do.
          { weight: 4, arbitrary: fc.constant('given' as const) },
          { weight: 1, arbitrary: fc.constantFrom('refused' as const, 'withdrawn' as const) },
        ),
      }),
      { minLength: 4, maxLength: 12 },
    ),
    answered: fc.subarray([...fields]),
    isUnder14: fc.boolean(),
  })

  it('10 000 random flows: answers pass exactly when every purpose they need was given last, as worded now', () => {
    let passed = 0
    fc.assert(
      fc.property(flow, ({ version, decisions, answered, isUnder14: isChild }) => {
        const notice: Notice = {
          version,
          basis: 'public-health-duty',
          ground: text,
          collects: [],
          seenBy: [],
          effect: text,
          keptDays: 30,
          purposes: [purpose('one', ['a', 'b']), purpose('two', ['c'])],
        }
        const newest = new Map(decisions.map((each) => [each.purpose, each] as const))
        const answers = Object.fromEntries(answered.map((field) => [field, 'x']))
        const lacking = neededConsents(notice, answers, { isUnder14: isChild }).filter(
          (id) => !isGiven(notice, [...newest.values()], id),
        )
        const stands = (id: string) => {
          const last: Decision | undefined = decisions.findLast((each) => each.purpose === id)
          return last?.decision === 'given' && last.version === version
        }
        const needed = [
          noticePurpose,
          ...(isChild ? [guardianPurpose] : []),
          ...(answered.includes('a') || answered.includes('b') ? ['one'] : []),
          ...(answered.includes('c') ? ['two'] : []),
        ]
        expect(lacking).toEqual(needed.filter((id) => !stands(id)))
        // Refusing one does not close what another covers, nor what none does.
        const closed = closedFields(notice, [...newest.values()])
        expect(closed.has('a')).toBe(!stands('one'))
        expect(closed.has('c')).toBe(!stands('two'))
        expect(closed.has('d')).toBe(false)
        if (lacking.length === 0) passed += 1
      }),
      { numRuns: 10_000 },
    )
    expect(passed).toBeGreaterThan(500)
  }, 60_000)

  it('a new version is decided anew', () => {
    const notice = noticeOf(daily)
    const given: Decision[] = [{ purpose: noticePurpose, version: 1, decision: 'given' }]
    expect(notice && isGiven(notice, given, noticePurpose)).toBe(true)
    expect(notice && isGiven({ ...notice, version: 2 }, given, noticePurpose)).toBe(false)
  })
})

describe('S-44: somebody under 14', () => {
  it.each([
    ['410105201203021234', '2026-03-01', true],
    ['410105201203021234', '2026-03-02', false],
    ['41010520120229123X', '2026-02-28', true],
    ['41010520120229123X', '2026-03-01', false],
    ['410105199001011233', '2026-03-02', false],
  ])('%s on %s: %s', (idNumber, today, expected) => {
    const birth = birthDateOf(idNumber)
    expect(birth && isUnder14(birth, civilDate(today))).toBe(expected)
    expect(namesChild(workStart, { 'id-number': idNumber.toLowerCase() }, civilDate(today))).toBe(expected)
  })

  it('reads nothing out of what is no number, and looks at no other field', () => {
    expect(birthDateOf('4101052012133212')).toBeNull()
    expect(birthDateOf('410105201213321234')).toBeNull()
    const answers = { name: '410105201203021234' }
    expect(namesChild(workStart, answers, civilDate('2026-03-01'))).toBe(false)
  })
})
