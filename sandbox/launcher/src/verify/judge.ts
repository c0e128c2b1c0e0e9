import { keeps, type Measured } from './figures.ts'

export const tiers = ['T1', 'T2', 'T3'] as const
export type Tier = (typeof tiers)[number]

/** One number of a dashboard line. */
export interface Cell {
  readonly label: string
  /** Requirements whose figures make it up. */
  readonly ids: readonly string[]
  /** Which of their figures: a pattern of the unit. */
  readonly unit: string
  readonly target: string
  /** The first tier that measures it. */
  readonly tier: Tier
  /** How the figures of several tests become one: added up, or the one furthest from the target. */
  readonly combine: 'sum' | 'worst'
  /** Fewest cases, by tier; below it the figure is not met. */
  readonly cases?: Readonly<Partial<Record<Tier, number>>>
  /** The number is how many cases there were, not what was measured (kills, cells). */
  readonly counts?: true
  /** Why there is nothing to measure yet. Never counts as passed. */
  readonly noFeature?: string
}

export interface Line {
  readonly no: number
  readonly title: string
  readonly cells: readonly Cell[]
}

export type State = 'met' | 'missed' | 'unmeasured' | 'later tier' | 'no such feature yet'

export interface JudgedCell {
  readonly cell: Cell
  readonly state: State
  readonly value?: number
  readonly n?: number
  readonly seeds: readonly number[]
  /** Why it is not met. */
  readonly reason?: string
}

export interface JudgedLine {
  readonly line: Line
  readonly state: State
  readonly cells: readonly JudgedCell[]
}

interface Total {
  readonly value: number
  readonly n: number
}

/** The same suites, once on each storage profile: one measurement, of which the worse result holds. */
const profiles = ['integration on PostgreSQL', 'server and queue on Redis']

export const judge = (lines: readonly Line[], figures: readonly Measured[], tier: Tier): JudgedLine[] =>
  lines.map((line) => {
    const cells = line.cells.map((cell) => judgeCell(cell, figures, tier))
    return { line, cells, state: stateOf(cells.map(({ state }) => state)) }
  })

/** A line is as good as its worst number; what is not asked for yet cannot make it good. */
function stateOf(states: readonly State[]): State {
  const worst = (['missed', 'unmeasured', 'met', 'later tier'] as const).find((each) => states.includes(each))
  return worst ?? 'no such feature yet'
}

export function judgeCell(cell: Cell, figures: readonly Measured[], tier: Tier): JudgedCell {
  const own = figuresOf(cell, figures)
  const seeds = [...new Set(own.flatMap(({ seed }) => (seed === undefined ? [] : [seed])))]
  const total = totalOf(cell, own)
  if (!total) return { cell, seeds, ...absent(cell, tier) }
  const { value, n } = total
  const reason = fault(cell, own, total, tier)
  return { cell, seeds, value, n, state: reason ? 'missed' : 'met', ...(reason ? { reason } : {}) }
}

function absent(cell: Cell, tier: Tier): Pick<JudgedCell, 'state' | 'reason'> {
  if (cell.noFeature) return { state: 'no such feature yet', reason: cell.noFeature }
  if (tiers.indexOf(cell.tier) > tiers.indexOf(tier)) return { state: 'later tier' }
  return { state: 'unmeasured', reason: `no figure ${cell.ids.join(', ')} with the unit /${cell.unit}/` }
}

function fault(cell: Cell, own: readonly Measured[], { value, n }: Total, tier: Tier): string | undefined {
  const least = casesFor(cell, tier)
  const bad = own.find(({ ok }) => !ok)
  if (bad) return `${bad.id} failed in "${bad.part}": ${bad.value} ${bad.unit}, target ${bad.target}`
  if (!keeps(value, cell.target)) return `${value}, target ${cell.target}`
  return n < least ? `${n} cases, at least ${least} are asked for` : undefined
}

/** The number of cases asked for is that of the highest tier up to this one. */
export const casesFor = ({ cases }: Cell, tier: Tier): number =>
  tiers.slice(0, tiers.indexOf(tier) + 1).reduce((least, each) => Math.max(least, cases?.[each] ?? 0), 0)

const figuresOf = ({ ids, unit }: Cell, figures: readonly Measured[]): Measured[] => {
  const pattern = new RegExp(unit, 'i')
  return figures.filter((figure) => ids.includes(figure.id) && pattern.test(figure.unit))
}

function totalOf(cell: Cell, own: readonly Measured[]): Total | undefined {
  const parts = [...new Set(own.map(({ part }) => part))]
  const totals = parts.map((part) => ({
    part,
    total: folded(
      cell,
      own
        .filter((figure) => figure.part === part)
        .map(({ value, n }) => ({ value: cell.counts ? n : value, n })),
    ),
  }))
  const twice = totals.filter(({ part }) => profiles.includes(part))
  const once = totals.filter(({ part }) => !profiles.includes(part))
  const ofProfiles =
    twice.length === 0
      ? []
      : [
          worseProfile(
            cell,
            twice.map(({ total }) => total),
          ),
        ]
  const all = [...ofProfiles, ...once.map(({ total }) => total)]
  return all.length === 0 ? undefined : folded(cell, all)
}

const worseProfile = (cell: Cell, totals: readonly Total[]): Total => ({
  value: worst(cell, totals),
  n: Math.min(...totals.map(({ n }) => n)),
})

const folded = (cell: Cell, totals: readonly Total[]): Total => ({
  value: cell.combine === 'sum' ? totals.reduce((sum, { value }) => sum + value, 0) : worst(cell, totals),
  n: totals.reduce((sum, { n }) => sum + n, 0),
})

const worst = ({ target }: Cell, totals: readonly Total[]): number =>
  target.startsWith('>')
    ? Math.min(...totals.map(({ value }) => value))
    : Math.max(...totals.map(({ value }) => value))
