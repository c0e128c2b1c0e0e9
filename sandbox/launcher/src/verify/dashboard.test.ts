import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { closingOf } from '../verify.ts'
import { dashboard } from './dashboard.ts'
import { keeps, readFigures, type Measured } from './figures.ts'
import { keep, latest } from './history.ts'
import { judge, judgeCell, type Cell } from './judge.ts'
import { render } from './print.ts'

const cell: Cell = {
  label: 'lost',
  ids: ['R-01', 'R-03'],
  unit: '^lost',
  target: '=0',
  tier: 'T1',
  combine: 'sum',
}
const planted = (figure: Partial<Measured> = {}): Measured => ({
  id: 'R-01',
  n: 100,
  value: 0,
  unit: 'lost',
  target: '=0',
  ok: true,
  part: 'faults',
  ...figure,
})

describe('reading figures', () => {
  it('finds them with their part, among other output and after text on the same line', () => {
    const { figures, unreadable } = readFigures(
      [
        'FIG {"id":"S-01","n":1,"value":0,"unit":"undeclared","target":"=0","ok":true}',
        '━━ browser journeys',
        '  ✓ one FIG {"id":"R-01","n":2,"value":3,"unit":"lost","target":"=0","seed":4,"ok":false}\r',
        'CONFIG {"id":1}',
      ].join('\n'),
    )
    expect(figures).toEqual([
      planted({ id: 'S-01', n: 1, unit: 'undeclared', part: '' }),
      planted({ n: 2, value: 3, seed: 4, ok: false, part: 'browser journeys' }),
    ])
    expect(unreadable).toEqual([])
  })

  it.each([
    'FIG {"id":"S-01","n":',
    'FIG {"id":"S-01"}',
    'FIG {"id":1,"n":1,"value":0,"unit":"x","target":"=0","ok":true}',
  ])('never loses one that cannot be read (%#)', (line) => {
    expect(readFigures(line)).toEqual({ figures: [], unreadable: [line] })
  })

  it.each([
    [0, '=0', true],
    [1, '=0', false],
    [200, '<=200', true],
    [201, '<=200', false],
    [70, '>=70 %', true],
    [69.9, '>=70', false],
    [1, '<1', false],
    [2, '>1', true],
    [0, 'none', false],
  ])('%d keeps %s: %s', (value, target, kept) => {
    expect(keeps(value, target)).toBe(kept)
  })
})

describe('judging a number', () => {
  it('adds up what several tests measured', () => {
    const judged = judgeCell(cell, [planted({ seed: 7 }), planted({ id: 'R-03', part: 'x', seed: 8 })], 'T1')
    expect(judged).toMatchObject({ state: 'met', value: 0, n: 200, seeds: [7, 8] })
  })

  it('takes the worse of the two storage profiles, and their cases once', () => {
    const judged = judgeCell(
      { ...cell, target: '<=2' },
      [
        planted({ value: 1, part: 'integration on PostgreSQL' }),
        planted({ value: 1, part: 'integration on PostgreSQL' }),
        planted({ value: 1, part: 'server and queue on Redis' }),
        planted({ value: 2, part: 'server and queue on Redis' }),
      ],
      'T1',
    )
    expect(judged).toMatchObject({ state: 'missed', value: 3, n: 200 })
  })

  it('takes the one furthest from the target where that is asked for', () => {
    const worst = { ...cell, combine: 'worst' } as const
    const two = [planted({ value: 80 }), planted({ value: 75 })]
    expect(judgeCell({ ...worst, target: '>=70' }, two, 'T1').value).toBe(75)
    expect(judgeCell({ ...worst, target: '<=90' }, two, 'T1').value).toBe(80)
  })

  it.each([
    ['a value off the target although the test said it was good', [planted({ value: 1 })]],
    ['a figure whose test said no although the sum is on target', [planted({ ok: false })]],
    ['too few cases', [planted({ n: 9 })]],
  ])('does not pass %s', (_, figures) => {
    expect(judgeCell({ ...cell, cases: { T1: 10 } }, figures, 'T1').state).toBe('missed')
  })

  it('asks for more cases in a higher tier', () => {
    const both = { ...cell, cases: { T1: 10, T2: 1_000 } }
    expect(judgeCell(both, [planted()], 'T1').state).toBe('met')
    expect(judgeCell(both, [planted()], 'T2').state).toBe('missed')
    expect(judgeCell(both, [planted()], 'T3').state).toBe('missed')
  })

  it('counts cases where they are the number, as kills are', () => {
    const kills: Cell = { ...cell, target: '>=1', counts: true, cases: { T1: 5, T2: 60 } }
    expect(judgeCell(kills, [planted({ n: 6, value: 812 })], 'T1')).toMatchObject({ state: 'met', value: 6 })
    expect(judgeCell(kills, [planted({ n: 6, value: 812 })], 'T2').state).toBe('missed')
  })

  it('is red without a figure, unless a later tier measures it or nothing is built', () => {
    expect(judgeCell(cell, [planted({ unit: 'ms' })], 'T1').state).toBe('unmeasured')
    expect(judgeCell({ ...cell, tier: 'T2' }, [], 'T1').state).toBe('later tier')
    expect(judgeCell({ ...cell, tier: 'T2' }, [], 'T2').state).toBe('unmeasured')
    expect(judgeCell({ ...cell, noFeature: 'not built' }, [], 'T2').state).toBe('no such feature yet')
    expect(judgeCell({ ...cell, noFeature: 'not built' }, [planted({ value: 1 })], 'T2').state).toBe('missed')
  })
})

describe('the dashboard', () => {
  it('has fifteen lines with numbers of their own', () => {
    expect(dashboard.map(({ no }) => no)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1))
    for (const { cells } of dashboard) expect(cells.length).toBeGreaterThan(0)
  })

  it('passes nothing when nothing was measured', () => {
    const states = judge(dashboard, [], 'T3').map(({ state }) => state)
    expect(states.filter((state) => state === 'met')).toEqual([])
    expect(states.filter((state) => state === 'unmeasured')).toHaveLength(14)
    expect(states[6]).toBe('no such feature yet')
  })

  it('passes a line only when each of its numbers is measured or not asked for', () => {
    const line = { no: 1, title: 'x', cells: [cell, { ...cell, label: 'twice', unit: 'twice' }] }
    const later = { no: 2, title: 'y', cells: [cell, { ...cell, unit: 'twice', tier: 'T2' as const }] }
    expect(judge([line, later], [planted()], 'T1').map(({ state }) => state)).toEqual(['unmeasured', 'met'])
  })

  it('shows values, targets, cases, seeds, a trend, and why something is red', () => {
    const run = (value: number) => ({
      at: '2026-11-27T08:00:00.000Z',
      tier: 'T2' as const,
      seed: 1,
      commit: 'abc1234',
      figures: [planted({ value, ok: value === 0 }), planted({ unit: 'minutes', value: 4 })],
    })
    const lines = [
      { no: 1, title: 'answers', cells: [cell, { ...cell, label: 'gone', unit: 'gone' }] },
      {
        no: 2,
        title: 'restore',
        cells: [{ ...cell, label: 'min', unit: 'minutes', target: '<=5', tier: 'T2' as const }],
      },
    ]
    const shown = render(judge(lines, [planted({ n: 20_000, seed: 42 })], 'T1'), {
      tier: 'T1',
      before: [run(1), run(0)],
      colours: false,
    })
    expect(shown[0]).toMatch(
      /^ 1 {2}✗ {2}answers .*0 lost \(=0\) · gone: NOT MEASURED {2}n 20 000 {2}seed 42 {2}×▁▁$/,
    )
    expect(shown[1]).toMatch(/^ 2 {2}– {2}restore .*min: T2 only, last 4 on 2026-11-27 at abc1234/)
    expect(shown.at(-1)).toBe('    1 gone: no figure R-01, R-03 with the unit /gone/')
  })
})

it('keeps runs and finds the latest, whatever else lies there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kangbao-verify-'))
  const run = { tier: 'T1' as const, seed: 1, commit: 'abc', figures: [planted()] }
  for (let day = 10; day < 15; day += 1) keep({ ...run, at: `2026-11-${day}T00:00:00.000Z` }, folder)
  writeFileSync(join(folder, '2026-11-15.json'), '{"at":')
  expect(latest(3, folder).map(({ at }) => at.slice(8, 10))).toEqual(['13', '14'])
  expect(latest(3, join(folder, 'nothing'))).toEqual([])
})

it('believes no part that ended badly', () => {
  expect(closingOf('x\n12 passed, 0 failed, 1 skipped\n', 0)).toEqual({ passed: 12, failed: 0, skipped: 1 })
  expect(closingOf('12 passed, 0 failed\n', 1).failed).toBe(1)
  expect(closingOf('nothing', 1).failed).toBe(1)
})
