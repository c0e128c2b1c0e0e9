import { getCompleteness } from '@kangbao/shared/contracts/completeness.ts'
import { listReports, type Report, type ReportKind } from '@kangbao/shared/contracts/reports.ts'
import type { Member } from '../drivers/member.ts'
import { revisionKey, type Acknowledged } from './load.ts'
import type { OwnStack } from './own-stack.ts'
import type { WorkingOrg } from './working-org.ts'

interface StoredRevision {
  readonly member: string
  readonly revision: number
  readonly at: Date
}

/** Every revision stored of a form's day, the current one included. */
export function storedRevisions(own: OwnStack, org: WorkingOrg, day: string): Promise<StoredRevision[]> {
  return own.rows(
    org.orgId,
    `select member_id as member, revision, revised_at as at from submissions where form_id = $1 and period_start = $2
     union all
     select member_id, revision, filed_at from submission_revisions where form_id = $1 and period_start = $2
     order by 1, 2`,
    [org.forms.daily, day],
  )
}

/** What is stored, by the names receipts have. */
export const revisionKeys = (stored: readonly StoredRevision[]): ReadonlySet<string> =>
  new Set(stored.map(({ member, revision, at }) => revisionKey(member, revision, at.toISOString())))

/** Acknowledged filings that are not stored as the receipt says. */
export function lostOf(stored: readonly StoredRevision[], acknowledged: readonly Acknowledged[]) {
  const known = revisionKeys(stored)
  return acknowledged.filter(
    ({ member, receipt }) =>
      !known.has(revisionKey(member.session.me.member?.id ?? '', receipt.revision, receipt.filedAt)),
  )
}

/** Revisions of one person that do not count 1, 2, 3 …; they come in order. */
export function gapsOf(stored: readonly StoredRevision[]): number {
  return stored.filter(({ member, revision }, i) => {
    const before = stored[i - 1]
    return revision !== (before?.member === member ? before.revision + 1 : 1)
  }).length
}

/** The same two numbers from three places: rows, counters, and what the admin is shown. */
export async function threeCounts(own: OwnStack, org: WorkingOrg, admin: Member, day: string) {
  const [rows] = await own.rows<{ collected: number; abnormal: number }>(
    org.orgId,
    `select count(*)::int as collected, (count(*) filter (where is_abnormal))::int as abnormal from submissions
     where form_id = $1 and period_start = $2`,
    [org.forms.daily, day],
  )
  const [counters] = await own.rows<{ collected: number; abnormal: number }>(
    org.orgId,
    `select sum(collected)::int as collected, sum(abnormal)::int as abnormal from completeness_counters
     where form_id = $1 and period_start = $2 and department_id = 0`,
    [org.forms.daily, day],
  )
  const params = { formId: org.forms.daily, period: day }
  const { collected, abnormal } = await admin.call(getCompleteness, { params })
  return { rows, counters, shown: { collected, abnormal } }
}

/** What the receiver keeps of an org, in order. */
export interface ReceivedReport {
  readonly reportId: string
  readonly kind: ReportKind
  readonly orgName: string
  readonly day: string
  readonly automatic: boolean
  readonly sequence: number
  readonly orderState: 'in-order' | 'gap' | 'late'
  readonly attempts: number
  readonly counts: Readonly<Record<string, number>>
  readonly receiptNo: string
}

export async function receivedReports(
  { urls }: { readonly urls: { readonly government: string } },
  { corpId }: Pick<WorkingOrg, 'corpId'>,
  kind: ReportKind,
): Promise<ReceivedReport[]> {
  const address = `${new URL(urls.government).origin}/v1/reports?corpId=${corpId}&kind=${kind}`
  const { reports } = (await (await fetch(address)).json()) as { reports: ReceivedReport[] } // the receiver's list
  return reports.sort((a, b) => a.sequence - b.sequence)
}

/** What the admin sees of the reports, in order. */
export async function shownReports(admin: Member, kind: ReportKind): Promise<Report[]> {
  const { items } = await admin.call(listReports, { params: { kind }, query: { limit: 200 } })
  return items.sort((a, b) => a.sequence - b.sequence)
}

/** Tells the receiver how to treat the next calls. */
export async function tellReceiver(
  { urls }: Pick<OwnStack, 'urls'>,
  behaviour: Readonly<Record<string, unknown>>,
): Promise<void> {
  const response = await fetch(`${urls.government}/behaviour`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(behaviour),
  })
  if (!response.ok) throw new Error(`the receiver did not listen: ${response.status}`)
}
