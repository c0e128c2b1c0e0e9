import { regionPath } from '../regions/region-path.ts'
import type { Told } from '../statistics/small-numbers.ts'
import type { RollupDefinition } from './definition.ts'
import { standingAt, standingOfWhole, toldParts, type Standing } from './told-regions.ts'

/** Sums of a region as they are kept. */
export interface RegionRow {
  readonly region: string
  /** The region above; empty above the country. */
  readonly parent: string
  readonly orgs: number
  readonly figures: readonly number[]
}

export interface ToldCell {
  readonly region: string
  readonly orgs: number
  readonly figures: Told[]
}

/**
 * What is told of a region and of what lies directly in it.
 * @param rows the region, all above it, and whatever lies directly in any of them; those without a report may be left out.
 */
export function toldRegion(
  definition: RollupDefinition,
  region: string,
  rows: readonly RegionRow[],
): { readonly whole: ToldCell; readonly parts: readonly ToldCell[] } {
  const width = definition.figures.length
  const whole = rowOf(rows, region, width)
  const parts = partsOf(rows, region, width).filter(({ orgs }) => orgs > 0)
  const told = definition.figures.map(({ isSensitive }, f) => {
    const numbers = parts.map(({ figures }) => figures[f] ?? 0)
    if (!isSensitive) return { own: whole.figures[f] ?? 0, parts: numbers }
    const standing = standingOf(rows, region, f, width)
    return { own: standing === 'told' ? (whole.figures[f] ?? 0) : null, parts: toldParts(standing, numbers) }
  })
  return {
    whole: { region, orgs: whole.orgs, figures: told.map(({ own }) => own) },
    parts: parts.map((part, i) => ({
      region: part.region,
      orgs: part.orgs,
      figures: told.map((figure) => figure.parts[i] ?? null),
    })),
  }
}

/**
 * What is told of the organisations that stand directly in a region, in the order they are given in.
 * @param orgs all of them that have reported: together they are the region's number, or what its parts leave of it.
 */
export function toldOrgs(
  definition: RollupDefinition,
  region: string,
  rows: readonly RegionRow[],
  orgs: readonly { readonly figures: readonly number[] }[],
): Told[][] {
  const width = definition.figures.length
  const parts = partsOf(rows, region, width)
  const direct = parts.findIndex((part) => part.region === region)
  const told = definition.figures.map(({ isSensitive }, f) => {
    const numbers = orgs.map(({ figures }) => figures[f] ?? 0)
    if (!isSensitive) return numbers
    const standing = standingOf(rows, region, f, width)
    const among = toldParts(
      standing,
      parts.map(({ figures }) => figures[f] ?? 0),
    )
    const isHidden = parts.length > 1 && among[direct] === null
    return toldParts(isHidden ? 'hidden' : standing, numbers)
  })
  return orgs.map((_, i) => told.map((figure) => figure[i] ?? null))
}

function rowOf(rows: readonly RegionRow[], region: string, width: number): RegionRow {
  const none = { region, parent: '', orgs: 0, figures: Array.from({ length: width }, () => 0) }
  return rows.find((row) => row.region === region) ?? none
}

/** What lies directly in a region, and last the region itself for the organisations that stand no deeper. */
function partsOf(rows: readonly RegionRow[], region: string, width: number): RegionRow[] {
  const whole = rowOf(rows, region, width)
  const below = rows.filter(({ parent }) => parent === region)
  const rest = (number: (row: RegionRow) => number) =>
    below.reduce((left, row) => left - number(row), number(whole))
  const figures = whole.figures.map((_, f) => rest((row) => row.figures[f] ?? 0))
  return [...below, { region, parent: region, orgs: rest(({ orgs }) => orgs), figures }]
}

function standingOf(rows: readonly RegionRow[], region: string, f: number, width: number): Standing {
  const path = regionPath(region)
  const total = rowOf(rows, path[0] ?? '', width).figures[f] ?? 0
  const steps = path.slice(1).map((next, i) => {
    const parts = partsOf(rows, path[i] ?? '', width)
    const at = parts.findIndex((part) => part.region === next)
    const numbers = parts.map(({ figures }) => figures[f] ?? 0)
    // Where nobody has reported there is no row, and a zero like any other.
    return at < 0 ? { parts: [...numbers, 0], at: numbers.length } : { parts: numbers, at }
  })
  return steps.length === 0 ? standingOfWhole(total) : standingAt(total, steps)
}
