import type { Locale } from '@kangbao/shared/locale.ts'
import type { RollupOrg } from '@kangbao/shared/contracts/rollups.ts'
import { rollupOf } from '@kangbao/shared/programmes/catalogue.ts'
import { regionPath } from '@kangbao/shared/regions/region-path.ts'
import { csvLines, csvOf } from '@kangbao/shared/spreadsheets/cells.ts'
import { leastTold } from '@kangbao/shared/statistics/small-numbers.ts'
import type { RequestContext } from '../../http/context.ts'
import { regionName } from '../../regions.ts'
import { allOrgs, type Place } from './rollups.service.ts'

const words = {
  'zh-CN': {
    heads: ['地区代码', '地区', '组织', '是否已上报', '最近上报日'],
    yes: '已上报',
    no: '未上报',
    about: (day: string) => `统计日 ${day}；小于 ${leastTold} 的健康数字及可推算出它们的数字以 * 表示`,
  },
  en: {
    heads: ['Region code', 'Region', 'Organisation', 'Reported', 'Last reported'],
    yes: 'yes',
    no: 'no',
    about: (day: string) =>
      `Day ${day}; numbers about health below ${leastTold}, and those they could be worked out from, are written *`,
  },
} as const

/** The organisations of a region as CSV; what is hidden on the screen is hidden here. */
export async function exported(
  ctx: RequestContext,
  place: Place,
  query: Parameters<typeof allOrgs>[2],
  locale: Locale,
): Promise<AsyncIterable<string>> {
  const { day, pages } = await allOrgs(ctx, place, query)
  const { figures } = rollupOf(place.kind)
  const { heads, about } = words[locale]
  async function* lines() {
    yield csvOf([[about(day)], [...heads, ...figures.map(({ label }) => label[locale])]])
    for await (const page of pages) yield csvLines(page.map((org) => cellsOf(org, locale, figures.length)))
  }
  return lines()
}

function cellsOf(org: RollupOrg, locale: Locale, width: number): (string | number)[] {
  const { yes, no } = words[locale]
  const numbers = org.figures?.map((figure) => figure ?? '*') ?? Array.from({ length: width }, () => '')
  const names = regionPath(org.region).flatMap((code) => regionName(code) ?? [])
  return [
    org.region,
    names.join(' '),
    org.name,
    org.isReported ? yes : no,
    org.lastReportedOn ?? '',
    ...numbers,
  ]
}
