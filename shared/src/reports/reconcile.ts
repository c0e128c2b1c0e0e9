import type { GovernmentTakenReport } from '../contracts/government.ts'

/** A report as its sender holds it. */
export interface OwnReport extends Omit<GovernmentTakenReport, 'receiptNo'> {
  /** Open: nobody knows yet whether it arrived, so that neither having it nor lacking it is a difference. */
  readonly state: 'delivered' | 'open' | 'refused'
  /** Of a delivered one. */
  readonly receiptNo: string | null
}

/**
 * missing: delivered with a receipt, and not on the receiver's list. altered: on it as something else. double: on it twice,
 * as one report or as two with the same number in their org's series. unexpected: on it without having been delivered.
 */
export const differenceKinds = ['missing', 'altered', 'double', 'unexpected'] as const
export type DifferenceKind = (typeof differenceKinds)[number]

export interface Difference {
  readonly kind: DifferenceKind
  readonly reportId: string
  readonly corpId: string
  readonly reportKind: GovernmentTakenReport['kind']
  /** Its number in the series of its org and kind, as we hold it, else as the receiver does. */
  readonly sequence: number
  /** Of an altered one: what differs. */
  readonly fields: readonly string[]
}

const compared = ['corpId', 'kind', 'day', 'sequence', 'bodyHash'] as const

/**
 * Compares what was delivered with what the receiver says it holds. The receiver's list has to be read before the
 * own one, so that whatever is on it was sent by then; what was delivered since counts as open.
 * @returns one difference per report, in the order of the own reports, then of the list.
 */
export function reconcile(own: readonly OwnReport[], taken: readonly GovernmentTakenReport[]): Difference[] {
  const held = grouped(taken, ({ reportId }) => reportId)
  const ownIds = new Set(own.map(({ reportId }) => reportId))
  const ownPlaces = new Set(own.map(placeOf))
  const strangers = taken.filter(({ reportId }) => !ownIds.has(reportId))
  const differences = own.flatMap((report) => ofOwn(report, held.get(report.reportId) ?? []))
  for (const [, copies] of grouped(strangers, ({ reportId }) => reportId)) {
    const [first] = copies
    if (!first) continue
    const kind = ownPlaces.has(placeOf(first)) ? 'double' : 'unexpected'
    differences.push(differenceOf(kind, first))
  }
  return differences
}

function ofOwn(report: OwnReport, copies: readonly GovernmentTakenReport[]): Difference[] {
  const { state } = report
  const difference = (kind: DifferenceKind, fields: readonly string[] = []): Difference[] => [
    differenceOf(kind, report, fields),
  ]
  const [copy] = copies
  if (!copy) return state === 'delivered' ? difference('missing') : []
  // The same line on two pages is a list that moved while it was read; two receipts are two reports.
  if (new Set(copies.map(({ receiptNo }) => receiptNo)).size > 1) return difference('double')
  if (state === 'refused') return difference('unexpected')
  const fields: string[] = compared.filter((field) => copies.some((each) => each[field] !== report[field]))
  if (report.receiptNo !== null && copy.receiptNo !== report.receiptNo) fields.push('receiptNo')
  return fields.length > 0 ? difference('altered', fields) : []
}

function differenceOf(
  kind: DifferenceKind,
  { reportId, corpId, kind: reportKind, sequence }: Omit<GovernmentTakenReport, 'receiptNo'>,
  fields: readonly string[] = [],
): Difference {
  return { kind, reportId, corpId, reportKind, sequence, fields }
}

/** A report's place in the series of its org. */
const placeOf = ({ corpId, kind, sequence }: Pick<OwnReport, 'corpId' | 'kind' | 'sequence'>): string =>
  JSON.stringify([corpId, kind, sequence])

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
