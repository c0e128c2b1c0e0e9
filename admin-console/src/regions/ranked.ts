import type { RegionRollup, RegionSums } from '@kangbao/shared/contracts/rollups.ts'

export const ranks = ['reported', 'share', 'alarm'] as const
export type Rank = (typeof ranks)[number]

/** Places of the figures a page goes by; -1 for one the programme has none of. */
export function placesOf({ figures, share, alarm }: Pick<RegionRollup, 'figures' | 'share' | 'alarm'>) {
  const at = (id: string | null) => figures.findIndex((figure) => figure.id === id)
  return { of: at(share.of), part: at(share.part), alarm: at(alarm) }
}

const shareOf = (part: number, whole: number) => (whole === 0 ? 1 : part / whole)

/** Those that want a look first: few reports, few answers, or many abnormal; a hidden number is a small one. */
export function ranked(
  parts: readonly RegionSums[],
  by: Rank,
  { of, part, alarm }: ReturnType<typeof placesOf>,
): RegionSums[] {
  const number = ({ figures }: RegionSums, at: number) => figures[at] ?? 0
  const weight = (each: RegionSums) => {
    if (by === 'alarm') return -number(each, alarm)
    return by === 'share'
      ? shareOf(number(each, part), number(each, of))
      : shareOf(each.orgsReported, each.orgsDue)
  }
  return parts.toSorted((a, b) => weight(a) - weight(b) || b.orgsDue - a.orgsDue)
}
