import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listProblemText, optionList, pastedRows, takeList } from './option-list.ts'

const words = (text: string, en = '') => ({ 'zh-CN': text, en })
const option = (value: string, label = value, code = 0) => ({ value, code, label: words(label) })
function counting() {
  let n = 0
  return () => `new-${(n += 1)}`
}

describe('Z-37: options come as a list', () => {
  it('pasted lines are labels, English labels and codes; what is wrong is told by its row', () => {
    const text = '选项\t英文\t编码\n开车\tCar\tcar\n\n 公交 \tBus\n开车\n走路\t\tcar\n骑车\t\t不行\n\n'
    const { options, problems } = optionList(pastedRows(text))
    expect(options).toEqual([{ label: words('开车', 'Car'), value: 'car' }, { label: words('公交', 'Bus') }])
    expect(problems.map(({ row, reason }) => `${row} ${reason}`)).toEqual([
      '3 blank',
      '5 twice',
      '6 value-twice',
      '7 value-unsafe',
    ])
    for (const problem of problems) expect(listProblemText(problem, 'en')).not.toBe('')
  })

  it('a list without headings begins with its first row; one that is too long is told from there on', () => {
    const rows = Array.from({ length: 2003 }, (_, i) => ({ no: i + 1, cells: [`第${i}站`] }))
    const { options, problems } = optionList(rows)
    expect(options).toHaveLength(2000)
    expect(problems.map(({ row, reason }) => `${row} ${reason}`)).toEqual([
      '2001 too-many',
      '2002 too-many',
      '2003 too-many',
    ])
  })

  it('what is there already keeps its code, by its value or by its label', () => {
    const before = [
      option('a', '甲', 1),
      { ...option('b', '乙', 2), exclusive: true } as const,
      option('c', '丙', 3),
    ]
    const listed = [
      { label: words('新乙', 'B'), value: 'b' },
      { label: words('甲') },
      { label: words('丁'), value: 'd' },
    ]
    expect(takeList(before, listed, 'replace', counting())).toEqual({
      options: [
        { value: 'b', code: 2, exclusive: true, label: words('新乙', 'B') },
        { value: 'a', code: 1, label: words('甲') },
        { value: 'd', code: 0, label: words('丁') },
      ],
      added: 1,
      kept: 2,
      removed: 1,
    })
    const appended = takeList(before, listed, 'append', counting())
    expect(appended.options.map(({ value }) => value)).toEqual(['a', 'b', 'c', 'd'])
    expect(appended).toMatchObject({ added: 1, kept: 3, removed: 0 })
  })

  it('never gives a value twice, never gives a kept option another code', () => {
    const label = fc.constantFrom('甲', '乙', '丙', '丁')
    const value = fc.constantFrom('a', 'b', 'c')
    const before = fc
      .uniqueArray(fc.record({ value, label }), { selector: (each) => each.value })
      .map((list) => list.map((each, i) => option(each.value, each.label, i + 1)))
    const rows = fc.array(fc.tuple(label, fc.constant(''), fc.oneof(value, fc.constant(''))))
    fc.assert(
      fc.property(before, rows, fc.constantFrom('replace', 'append'), (known, cells, how) => {
        const { options } = optionList(cells.map((each, i) => ({ no: i + 1, cells: each })))
        const taken = takeList(known, options, how, counting())
        const values = taken.options.map((each) => each.value)
        expect(new Set(values).size).toBe(values.length)
        for (const each of taken.options)
          expect(each.code).toBe(known.find((was) => was.value === each.value)?.code ?? 0)
        if (how === 'append')
          expect(taken.options.slice(0, known.length).map((each) => each.value)).toEqual(
            known.map((each) => each.value),
          )
      }),
    )
  })
})
