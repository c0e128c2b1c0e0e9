import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { none, reads } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'
import { ReportKind } from './reports.ts'

/** Six digits of GB/T 2260; `000000` is the country. */
export const RegionCode = Type.String({ pattern: '^[0-9]{6}$', examples: ['410105'] })

/** In the order of the programme's definition; null is hidden, since it would tell of fewer than five people. */
const Figures = Type.Array(Nullable(Count))

export const RegionSums = Type.Object({
  region: RegionCode,
  /** Organisations that were there that day, and those of them whose report has been delivered. */
  orgsDue: Count,
  orgsReported: Count,
  figures: Figures,
})
export type RegionSums = Static<typeof RegionSums>

/** What the numbers are, by the programme's definition. */
const RollupFigure = Type.Object({
  id: Type.String(),
  label: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }),
  /** About health: small numbers are hidden. */
  isSensitive: Type.Boolean(),
})
export type RollupFigure = Static<typeof RollupFigure>

export const RegionRollup = Type.Object({
  kind: ReportKind,
  day: CivilDateText,
  figures: Type.Array(RollupFigure),
  /** Ids of figures: how many of how many, and which number's rise is looked after. */
  share: Type.Object({ of: Type.String(), part: Type.String() }),
  alarm: Nullable(Type.String()),
  /** Has numbers of its own each day; else the day says nothing. */
  isPerDay: Type.Boolean(),
  whole: RegionSums,
  /** What lies directly in it; the region itself among them stands for organisations placed no deeper. */
  parts: Type.Array(RegionSums),
})
export type RegionRollup = Static<typeof RegionRollup>

const params = Type.Object({ kind: ReportKind, region: RegionCode })
/** Today when it is not said. */
const day = Type.Optional(CivilDateText)
const counts = none('counts that organisations have reported; small ones are hidden')

export const getRegionRollup = contract({
  method: 'GET',
  path: '/rollups/:kind/regions/:region',
  summary: 'What the organisations of a region have reported of a day, by the regions in it (Z-46)',
  permission: 'rollups.read',
  audit: counts,
  params,
  query: Type.Object({ day }),
  response: RegionRollup,
  errors: ['resource.missing'],
})

/** Days of a trend. */
export const trendDays = 14

export const RegionTrend = Type.Object({
  /** Oldest first; a day nobody has reported of has zeros. */
  days: Type.Array(Type.Object({ day: CivilDateText, orgsReported: Count, figures: Figures })),
})
export type RegionTrend = Static<typeof RegionTrend>

export const getRegionTrend = contract({
  method: 'GET',
  path: '/rollups/:kind/regions/:region/trend',
  summary: 'The sums of a region over the fourteen days until a day',
  permission: 'rollups.read',
  audit: counts,
  params,
  query: Type.Object({ day }),
  response: RegionTrend,
  errors: ['resource.missing'],
})

export const RollupOrg = Type.Object({
  orgId: Uuid,
  name: Type.String(),
  region: RegionCode,
  isReported: Type.Boolean(),
  /** The day of its newest delivered report of this kind. */
  lastReportedOn: Nullable(CivilDateText),
  /** How it stands in the day's automatic run; null when there is none, or it is not in it. */
  run: Nullable(
    Type.Object({
      state: Type.Union([
        Type.Literal('waiting'),
        Type.Literal('delivered'),
        Type.Literal('refused'),
        Type.Literal('skipped'),
      ]),
    }),
  ),
  /** Null for one that has not reported. What is about health is told in the list of its own region only. */
  figures: Nullable(Figures),
})
export type RollupOrg = Static<typeof RollupOrg>

const orgState = Type.Optional(
  Type.Union([Type.Literal('all'), Type.Literal('missing'), Type.Literal('reported')], { default: 'all' }),
)

export const listRollupOrgs = contract({
  method: 'GET',
  path: '/rollups/:kind/regions/:region/orgs',
  summary: 'The organisations of a region: which have reported, which have not',
  permission: 'rollups.read',
  audit: none('organisations and their counts, no people'),
  params,
  query: Type.Object({ ...pageQuery, day, state: orgState }),
  response: PageOf(RollupOrg),
  errors: ['resource.missing'],
})

export const exportRollup = contract({
  method: 'GET',
  path: '/rollups/:kind/regions/:region/export',
  summary: 'The organisations of a region and what they have reported of a day, as CSV',
  permission: 'rollups.read',
  audit: reads('rollup.exported', {
    object: 'rollup:{kind}',
    detail: ['params.region', 'query.day', 'query.state'],
  }),
  params,
  query: Type.Object({ day, state: orgState }),
  response: Type.Unknown(),
  produces: 'text/csv',
  errors: ['resource.missing'],
})
