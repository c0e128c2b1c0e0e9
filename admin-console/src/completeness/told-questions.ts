import type { Facet } from '@kangbao/shared/forms/facets.ts'
import { toldCounts, type Told } from '@kangbao/shared/statistics/small-numbers.ts'
import type { FacetGroup } from './facet-groups.ts'

export interface Statistics {
  readonly collected: number
  readonly questions: readonly {
    readonly counts: readonly { readonly facet: Facet; readonly count: number }[]
  }[]
  readonly days: readonly { readonly period: string; readonly count: number }[]
}

export interface ToldBar {
  readonly facet: Facet
  /** Null is hidden. */
  readonly count: Told
}

export interface ToldQuestion {
  readonly group: FacetGroup
  readonly bars: readonly ToldBar[]
  /** What the view is narrowed by here. */
  readonly chosen: Facet | undefined
}

export interface ToldStatistics {
  readonly collected: Told
  readonly questions: readonly ToldQuestion[]
  readonly days: readonly { readonly period: string; readonly count: Told }[]
}

/** Whether a person counts in one bar at most: not where several may be chosen, nor where several rows are asked for. */
const isOneEach = ({ kind, id }: FacetGroup) => kind !== 'many' && !id.includes('/')

/**
 * Numbers as they are shown.
 * @param isHiding Small numbers are hidden, with what would give them away. A question the view is narrowed by is left out
 * then: its bars are of other answers than all else, and the chosen one is the total.
 */
export function toldStatistics(
  { collected, questions, days }: Statistics,
  groups: readonly FacetGroup[],
  given: { readonly facets: readonly Facet[]; readonly isHiding: boolean },
): ToldStatistics {
  const counts = new Map(
    questions.flatMap((question) => question.counts.map(({ facet, count }) => [facet, count] as const)),
  )
  const told = groups
    .map((group) => ({
      group,
      chosen: given.facets.find((facet) => group.facets.some((each) => each.facet === facet)),
      cells: group.facets.map(({ facet }) => counts.get(facet) ?? 0),
    }))
    .filter(({ chosen }) => !given.isHiding || chosen === undefined)
    .map(({ group, chosen, cells }) => {
      const shown: readonly Told[] = given.isHiding
        ? toldCounts({ total: collected, cells, isOneEach: isOneEach(group) }).cells
        : cells
      return { group, chosen, bars: group.facets.map(({ facet }, i) => ({ facet, count: shown[i] ?? null })) }
    })
  const byDay = days.map(({ count }) => count)
  const ofDays = given.isHiding
    ? toldCounts({ total: collected, cells: byDay, isOneEach: true })
    : { total: collected, cells: byDay }
  return {
    collected: ofDays.total,
    questions: told,
    days: days.map(({ period }, i) => ({ period, count: ofDays.cells[i] ?? null })),
  }
}
