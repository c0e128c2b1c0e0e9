import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { Draft } from '@kangbao/shared/contracts/designing.ts'
import { holds, type Condition } from '@kangbao/shared/forms/condition.ts'
import { blankContent, type FormContent } from '@kangbao/shared/forms/design/content.ts'
import { evaluate } from '@kangbao/shared/forms/expression.ts'
import { conditionOf, groupOf, isGroup, wholeOf } from './conditions.ts'
import { copyOfField, fieldTypes, newField, pastedLabels } from './new-field.ts'
import { expressionOf, signs, stepsOf } from './sums.ts'
import { useDesigner } from './use-designer.ts'

const today = civilDate('2026-03-02')
const words = (text: string) => ({ 'zh-CN': text, en: '' })
const draft: Draft = {
  id: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c',
  title: words(''),
  formId: null,
  changedAt: '2026-03-02T09:00:00.000Z',
  changedBy: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2d',
  revision: 1,
  content: blankContent(),
  problems: [],
  changes: [],
}
const made = (name: string) => newField('number', words(name), (key) => key)

function desk(save: (draft: Draft, content: FormContent) => Promise<Draft>) {
  const scope = effectScope()
  const designer = scope.run(() => useDesigner(draft, save))
  if (!designer) throw new Error('no scope')
  return designer
}
const kept = (before: Draft, content: FormContent): Promise<Draft> =>
  Promise.resolve({ ...before, revision: before.revision + 1, content })
const names = ({ fields }: ReturnType<typeof desk>) =>
  fields.value.map(({ label }) => label['zh-CN']).join('')

describe('Z-37: the designer', () => {
  it('makes a field of every type that is fit to be published or says what it lacks', () => {
    const designer = desk(kept)
    for (const type of fieldTypes)
      designer.insert(
        newField(type, words(type), (key) => key),
        0,
      )
    expect(new Set(designer.problems.value.map(({ reason }) => reason))).toEqual(
      new Set(['title.missing', 'purpose.missing', 'text.missing']),
    )
  })

  it('moves, takes back and does again; letters typed into one box are taken back together', () => {
    const designer = desk(kept)
    for (const name of ['a', 'b', 'c']) designer.insert(made(name), designer.fields.value.length)
    designer.move(0, 2)
    expect(names(designer)).toBe('bca')
    designer.move(0, -1)
    designer.move(2, 3)
    expect(names(designer)).toBe('bca')
    designer.undo()
    expect(names(designer)).toBe('abc')
    designer.redo()
    expect(names(designer)).toBe('bca')
    const [first] = designer.fields.value
    for (const text of ['x', 'xy', 'xyz'])
      if (first) designer.replace({ ...first, label: words(text) }, 'label')
    expect(names(designer)).toBe('xyzca')
    designer.undo()
    expect(names(designer)).toBe('bca')
  })

  it('keeps every change under the revision seen last, one at a time, and says when it could not', async () => {
    const save = vi.fn(kept)
    const designer = desk(save)
    designer.insert(made('a'), 0)
    const first = designer.flush()
    designer.insert(made('b'), 1)
    expect(await first).toBe(true)
    expect(await designer.flush()).toBe(true)
    expect(save.mock.calls.map(([before]) => before.revision)).toEqual([1, 2])
    expect(designer.saveState.value).toBe('saved')
    save.mockRejectedValueOnce(new Error('somebody else'))
    designer.insert(made('c'), 2)
    expect(await designer.flush()).toBe(false)
    expect(designer.saveState.value).toBe('failed')
    expect(await designer.flush()).toBe(true)
    expect(names(designer)).toBe('abc')
  })
})

describe('Z-37: what editors show', () => {
  it('a sum comes back as it was entered, and is worked out from left to right', () => {
    const operands = [{ field: 'a' }, { number: 2 }] as const
    const steps = signs.flatMap((sign) => operands.map((operand) => ({ sign, operand })))
    for (const [i, first] of steps.entries()) {
      const rest = steps.slice(i % 3)
      expect(stepsOf(expressionOf([first, ...rest]))).toEqual([{ ...first, sign: 'add' }, ...rest])
    }
    const sum = expressionOf([
      { sign: 'add', operand: { number: 2 } },
      { sign: 'add', operand: { field: 'a' } },
      { sign: 'multiply', operand: { number: 10 } },
    ])
    expect(evaluate(sum, { a: 3 })).toBe(50)
    expect(stepsOf({ max: [{ number: 1 }, { number: 2 }] })).toBeNull()
  })

  it('a condition comes back as it was entered, however it is nested, and taken to pieces and put together means the same', () => {
    const a = { field: 'a', is: 'x' } as const
    const b = { field: 'b', atLeast: 3 } as const
    for (const group of [
      { joins: 'all', parts: [] },
      { joins: 'all', parts: [a] },
      { joins: 'any', parts: [a, { all: [b] }] },
      { joins: 'none', parts: [a, b] },
      { joins: 'none', parts: [a] },
      { joins: 'none', parts: [{ any: [a, b] }] },
    ] as const) {
      const whole = wholeOf(group)
      expect(groupOf(whole)).toEqual(group)
      expect(groupOf(conditionOf(group))).toEqual(group)
    }
    const { it: nested } = fc.letrec<{ it: Condition }>((tie) => ({
      it: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<Condition>(a, b, { rowsOf: 'g', someRow: a }),
        fc.array(tie('it'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
        fc.array(tie('it'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
        tie('it').map((not) => ({ not })),
      ),
    }))
    const again = (each: Condition): Condition => {
      const { joins, parts } = groupOf(each)
      return wholeOf({ joins, parts: parts.map((part) => (isGroup(part) ? again(part) : part)) }) ?? each
    }
    fc.assert(
      fc.property(nested, fc.constantFrom('x', 'y'), fc.integer({ min: 0, max: 5 }), (each, x, n) => {
        const answers = { a: x, b: n, g: { rows: [{ a: 'y' }, { a: x }] } }
        expect(holds(again(each), answers, today)).toBe(holds(each, answers, today))
      }),
    )
  })

  it('a check of a copy is about the copy, and a group keeps what it asks of its rows', () => {
    const message = words('no')
    const asks: Condition = { all: [{ field: 'a', atLeast: 1 }, { not: { field: 'b', atLeast: 2 } }] }
    const copy = copyOfField({
      id: 'a',
      number: 0,
      type: 'rating',
      max: 5,
      label: words('a'),
      check: { when: asks, message },
    })
    expect(copy.id).not.toBe('a')
    expect(copy.check?.when).toEqual({
      all: [{ field: copy.id, atLeast: 1 }, { not: { field: 'b', atLeast: 2 } }],
    })
    const someRow = { field: 'g', answered: true }
    const twin = copyOfField({
      id: 'g',
      number: 0,
      type: 'table',
      rowLabels: [words('1')],
      fields: [],
      label: words('g'),
      check: { when: { rowsOf: 'g', someRow }, message },
    })
    expect(twin.check?.when).toEqual({ rowsOf: twin.id, someRow })
  })

  it('options pasted from a sheet are its first column', () => {
    expect(pastedLabels('开车\t是\r\n\r\n 公交 \t否\n公交')).toEqual(['开车', '公交'])
  })
})
