import {
  governmentTakenPageSize,
  type GovernmentReport,
  type GovernmentTakenPage,
  type GovernmentTakenReport,
} from '@kangbao/shared/contracts/government.ts'
import { inTransaction, type Database } from '../database.ts'

export type OrderState = 'in-order' | 'gap' | 'late'

export interface StoredReport {
  readonly reportId: string
  readonly receiptNo: string
  readonly kind: GovernmentReport['kind']
  readonly corpId: string
  readonly orgName: string
  readonly day: string
  readonly sequence: number
  readonly orderState: OrderState
  readonly madeAt: Date
  readonly receivedAt: Date
  readonly automatic: boolean
  readonly counts: Readonly<Record<string, number>>
  readonly attempts: number
}

export interface Attempt {
  readonly at: Date
  readonly idempotencyKey: string | null
  readonly keyId: string | null
  readonly outcome: string
  readonly httpStatus: number
  readonly detail: string
}

export type Taken =
  | {
      readonly outcome: 'accepted' | 'duplicate'
      readonly receiptNo: string
      readonly orderState: OrderState
    }
  | { readonly outcome: 'conflict' }

/**
 * Takes a report once. The lock is per org and kind, so that two of one series arriving together are numbered one
 * after the other and the same key twice makes one row.
 */
export function take(
  database: Database,
  report: GovernmentReport,
  { keyId, bodyHash, now }: { readonly keyId: string; readonly bodyHash: string; readonly now: Date },
): Promise<Taken> {
  return inTransaction(database, async (client) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `${report.org.corpId}/${report.kind}`,
    ])
    const known = await client.query<{ receipt_no: string; body_sha256: string; order_state: OrderState }>(
      `update government_reports set attempts = attempts + 1 where report_id = $1
       returning receipt_no, body_sha256, order_state`,
      [report.reportId],
    )
    const [row] = known.rows
    if (row && row.body_sha256 !== bodyHash) return { outcome: 'conflict' }
    if (row) return { outcome: 'duplicate', receiptNo: row.receipt_no, orderState: row.order_state }

    const last = await client.query<{ last: number }>(
      'select coalesce(max(sequence), 0) as last from government_reports where corp_id = $1 and kind = $2',
      [report.org.corpId, report.kind],
    )
    const orderState = placeInOrder(last.rows[0]?.last ?? 0, report.sequence)
    const receiptNo = receiptNumber(report, now)
    await client.query(
      `insert into government_reports (report_id, receipt_no, kind, corp_id, org_name, day, sequence, order_state,
         made_at, received_at, automatic, counts, body_sha256, key_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        report.reportId,
        receiptNo,
        report.kind,
        report.org.corpId,
        report.org.name,
        report.day,
        report.sequence,
        orderState,
        report.madeAt,
        now,
        report.automatic,
        report.counts,
        bodyHash,
        keyId,
      ],
    )
    return { outcome: 'accepted', receiptNo, orderState }
  })
}

export function placeInOrder(last: number, sequence: number): OrderState {
  if (sequence === last + 1) return 'in-order'
  return sequence > last ? 'gap' : 'late'
}

/** Readable on the phone, and unique because the report's id is in it. */
const receiptNumber = (report: GovernmentReport, now: Date): string =>
  [
    report.kind === 'health' ? 'JK' : 'YG',
    now.toISOString().slice(0, 10).replaceAll('-', ''),
    report.reportId.replaceAll('-', '').slice(-12).toUpperCase(),
  ].join('-')

export async function note(database: Database, attempt: Attempt): Promise<void> {
  await database.query(
    `insert into government_attempts (at, idempotency_key, key_id, outcome, http_status, detail)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      attempt.at,
      attempt.idempotencyKey?.slice(0, 80),
      attempt.keyId?.slice(0, 80),
      attempt.outcome,
      attempt.httpStatus,
      attempt.detail.slice(0, 400),
    ],
  )
}

const reportColumns = `report_id as "reportId", receipt_no as "receiptNo", kind, corp_id as "corpId",
  org_name as "orgName", to_char(day, 'YYYY-MM-DD') as day, sequence, order_state as "orderState", made_at as "madeAt",
  received_at as "receivedAt", automatic, counts, attempts`

export interface ReportFilter {
  readonly after?: string
  readonly corpId?: string
  readonly kind?: string
  readonly limit: number
}

/** What a sender brought for a day, by id; one more than a page says whether another follows. */
export async function listTaken(
  database: Database,
  { keyId, day, after }: { readonly keyId: string; readonly day: string; readonly after: string | undefined },
): Promise<GovernmentTakenPage> {
  const { rows } = await database.query<GovernmentTakenReport>(
    `select report_id as "reportId", corp_id as "corpId", kind, to_char(day, 'YYYY-MM-DD') as day, sequence,
       body_sha256 as "bodyHash", receipt_no as "receiptNo" from government_reports
     where day = $1 and coalesce(key_id, $2) = $2 and ($3::uuid is null or report_id > $3)
     order by report_id limit $4`,
    [day, keyId, after, governmentTakenPageSize + 1],
  )
  const items = rows.slice(0, governmentTakenPageSize)
  return { items, next: rows.length > items.length ? (items.at(-1)?.reportId ?? null) : null }
}

/** Newest first. */
export async function listReports(database: Database, filter: ReportFilter): Promise<StoredReport[]> {
  const { rows } = await database.query<StoredReport>(
    `select ${reportColumns} from government_reports
     where received_at > coalesce($1::timestamptz, '-infinity') and corp_id = coalesce($2, corp_id) and kind = coalesce($3, kind)
     order by received_at desc, sequence desc limit $4`,
    [filter.after, filter.corpId, filter.kind, filter.limit],
  )
  return rows
}

/** The report with the highest number of each org and kind: what a government reader would look at. */
export async function listNewestByOrg(database: Database, limit: number): Promise<StoredReport[]> {
  const { rows } = await database.query<StoredReport>(
    `select * from (
       select distinct on (corp_id, kind) ${reportColumns} from government_reports
       order by corp_id, kind, sequence desc) newest
     order by "receivedAt" desc limit $1`,
    [limit],
  )
  return rows
}

export async function listAttempts(database: Database, limit: number): Promise<Attempt[]> {
  const { rows } = await database.query<Attempt>(
    `select at, idempotency_key as "idempotencyKey", key_id as "keyId", outcome, http_status as "httpStatus", detail
     from government_attempts order by id desc limit $1`,
    [limit],
  )
  return rows
}

export interface Totals {
  readonly orgs: number
  readonly reports: number
  readonly duplicates: number
  readonly outOfOrder: number
  readonly rejected: number
}

export async function countAll(database: Database): Promise<Totals> {
  const { rows } = await database.query<Totals>(
    `select count(distinct corp_id)::int as orgs, count(*)::int as reports,
       coalesce(sum(attempts - 1), 0)::int as duplicates,
       count(*) filter (where order_state <> 'in-order')::int as "outOfOrder",
       (select count(*)::int from government_attempts where http_status >= 400 or http_status = 0) as rejected
     from government_reports`,
  )
  const [totals] = rows
  if (!totals) throw new Error('count returned no row')
  return totals
}
