import { withClient } from '@kangbao/launcher/postgres.ts'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import { programmes } from '@kangbao/shared/programmes/catalogue.ts'
import { until } from '../../drivers/http.ts'
import type { OwnStack } from '../../support/own-stack.ts'
import type { Arrival, InSeries } from './checkers.ts'

interface Applied {
  readonly report_id: string
  readonly corp_id: string
  readonly kind: ReportKind
  readonly day: string
  readonly sequence: number
  readonly attempts: number
  readonly is_in_order: boolean
}

/** The receiver's own ledger: what it applied, in the order it came, and every call it saw. */
export class ReceiverLedger {
  constructor(private readonly own: OwnStack) {}

  async applied(): Promise<readonly Applied[]> {
    return this.query<Applied>(`
      select report_id, corp_id, kind, to_char(day, 'YYYY-MM-DD') as day, sequence, attempts,
        order_state = 'in-order' as is_in_order
      from government_reports order by received_at, sequence`)
  }

  async count(): Promise<number> {
    const [row] = await this.query<{ count: number }>('select count(*)::int as count from government_reports')
    return row?.count ?? 0
  }

  /** Calls of any outcome. */
  async calls(): Promise<number> {
    const [row] = await this.query<{ count: number }>(
      'select count(*)::int as count from government_attempts',
    )
    return row?.count ?? 0
  }

  /** Calls of the report that took the most of them, whatever became of them. */
  async mostCallsOfOne(): Promise<number> {
    const [row] = await this.query<{ most: number }>(`
      select coalesce(max(calls), 0)::int as most
      from (select count(*) as calls from government_attempts group by idempotency_key) as by_report`)
    return row?.most ?? 0
  }

  /** Calls whose body was not the one first sent under their key. */
  async conflicts(): Promise<number> {
    const [row] = await this.query<{ count: number }>(
      `select count(*)::int as count from government_attempts where outcome = 'conflict'`,
    )
    return row?.count ?? 0
  }

  private query<T>(text: string): Promise<T[]> {
    return withClient(
      this.own.stack.databaseUrls.sandbox,
      async (client) => (await client.query(text)).rows as T[],
    )
  }
}

/** One effect is one org's day of one kind: a second report of it would be a second effect, whatever its id. */
export const effectKey = (corpId: string, kind: ReportKind, day: string): string => `${corpId} ${kind} ${day}`

export const arrivalsOf = (applied: readonly Applied[]): Arrival[] =>
  applied.map(({ corp_id, kind, day, attempts }) => ({ key: effectKey(corp_id, kind, day), attempts }))

export const seriesOf = (applied: readonly Applied[]): InSeries[] =>
  applied.map(({ corp_id, kind, sequence }) => ({ series: `${corp_id} ${kind}`, number: sequence }))

export const lateOf = (applied: readonly Applied[]): number =>
  applied.filter(({ is_in_order }) => !is_in_order).length

const windowMs = Math.max(...programmes.map(({ policy }) => policy.dailyReport.windowMinutes)) * 60_000

/**
 * Waits until a daily run has delivered more than `before` and moves the clocks past its window: out of consideration a
 * run takes half an hour, here its ranges are to come as fast as they can.
 */
export async function hurryRun(own: OwnStack, ledger: ReceiverLedger, before: number): Promise<void> {
  await until(
    'the first report of the day',
    () => ledger.count(),
    (count) => count > before,
    120_000,
  )
  await own.advance(windowMs)
}
