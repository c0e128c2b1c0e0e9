import {
  casesFor,
  judgeCell,
  type Cell,
  type JudgedCell,
  type JudgedLine,
  type State,
  type Tier,
} from './judge.ts'
import type { KeptRun } from './history.ts'

export interface View {
  readonly tier: Tier
  /** Earlier runs, oldest first. */
  readonly before: readonly KeptRun[]
  readonly colours: boolean
}

const signs: Readonly<Record<State, string>> = {
  met: '✓',
  missed: '✗',
  unmeasured: '✗',
  'later tier': '–',
  'no such feature yet': '∅',
}

const colourOf: Readonly<Record<State, number>> = {
  met: 32,
  missed: 31,
  unmeasured: 31,
  'later tier': 90,
  'no such feature yet': 33,
}

/** The dashboard: one line for each figure, then why something is red or not measured. */
export function render(lines: readonly JudgedLine[], view: View): string[] {
  const rows = lines.map((judged) => {
    const row = [
      String(judged.line.no).padStart(2),
      signs[judged.state],
      judged.line.title.padEnd(36),
      judged.cells.map((cell) => cellText(cell, view)).join(' · '),
      casesText(judged),
      seedText(judged),
      trendText(judged, view),
    ]
    return paint(row.filter((text) => text !== '').join('  '), judged.state, view.colours)
  })
  const notes = lines.flatMap(({ line, cells }) => cells.flatMap((cell) => noteOf(line.no, cell, view)))
  return notes.length === 0 ? rows : [...rows, '', ...notes]
}

function cellText(judged: JudgedCell, view: View): string {
  const { cell, state, value } = judged
  if (value !== undefined) return `${formatted(value)} ${cell.label} (${targetText(cell, view.tier)})`
  if (state === 'no such feature yet') return `${cell.label}: no such feature yet`
  const last = state === 'later tier' ? lastValue(cell, view) : undefined
  if (last) return `${cell.label}: ${cell.tier} only, last ${last}`
  return state === 'later tier' ? `${cell.label}: ${cell.tier} only` : `${cell.label}: NOT MEASURED`
}

const targetText = (cell: Cell, tier: Tier): string =>
  cell.counts ? `≥${formatted(casesFor(cell, tier))}` : cell.target.replace('<=', '≤').replace('>=', '≥')

const casesText = ({ cells }: JudgedLine): string => {
  const counts = cells.flatMap(({ n }) => (n === undefined ? [] : [formatted(n)]))
  return counts.length === 0 ? '' : `n ${counts.join(' · ')}`
}

const seedText = ({ cells }: JudgedLine): string => {
  const seeds = [...new Set(cells.flatMap(({ seeds: each }) => each))]
  return seeds.length === 0 ? '' : `seed ${seeds.slice(0, 3).join(' ')}${seeds.length > 3 ? ' …' : ''}`
}

/** The last value an earlier run has for it, and of which day and commit. */
function lastValue(cell: Cell, { before }: View): string | undefined {
  for (const run of before.toReversed()) {
    const { value } = judgeCell(cell, run.figures, run.tier)
    if (value !== undefined) return `${formatted(value)} on ${run.at.slice(0, 10)} at ${run.commit}`
  }
  return undefined
}

const steps = '▁▂▃▄▅▆▇█'

/** Each number over the runs, oldest first: its height between nothing and the largest; `×` where it was not met. */
function trendText({ cells }: JudgedLine, { before }: View): string {
  if (before.length === 0) return ''
  const trends = cells.flatMap((judged) => {
    const runs = before.map((run) => judgeCell(judged.cell, run.figures, run.tier))
    const all = [...runs, judged]
    return all.some(({ value }) => value !== undefined) ? [spark(all)] : []
  })
  return trends.length === 0 ? '' : trends.join(' ')
}

function spark(cells: readonly JudgedCell[]): string {
  const largest = Math.max(...cells.map(({ value }) => Math.abs(value ?? 0)), Number.MIN_VALUE)
  return cells
    .map(({ state, value }) => {
      if (state === 'missed' || state === 'unmeasured') return '×'
      if (value === undefined) return ' '
      return steps[Math.round((Math.abs(value) / largest) * (steps.length - 1))] ?? steps[0]
    })
    .join('')
}

function noteOf(no: number, { cell, state, reason }: JudgedCell, { colours }: View): string[] {
  if (!reason) return []
  return [paint(`   ${String(no).padStart(2)} ${cell.label}: ${reason}`, state, colours)]
}

const paint = (text: string, state: State, colours: boolean): string =>
  colours ? `\u001b[${colourOf[state]}m${text}\u001b[0m` : text

const formatted = (value: number): string =>
  (Number.isInteger(value) ? value : Number(value.toPrecision(3))).toLocaleString('en').replaceAll(',', ' ')
