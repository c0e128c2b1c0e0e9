import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { addSeconds } from '../clock.ts'
import type { Suite } from '../config.ts'
import { array } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { buildItem, type DeliveryRow, type Item } from './payloads.ts'
import { post } from './post.ts'
import { streamEvent } from './stream-event.ts'

export const pushChannel = 'push_work'

const batchSize = 50
const maxAttempts = 100
/** Seconds before the next try; the last one repeats. */
const pauses = [2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600]

interface Ready {
  row: DeliveryRow
  item: Item
}

/** Sends what is due for one suite. At least once: a crash after the suite's answer repeats the push. */
export async function sendDue(deps: Deps, suite: Suite): Promise<number> {
  const rows = await claim(deps, suite)
  if (rows.length === 0) return 0
  const built = await Promise.all(rows.map(async (row) => ({ row, item: await buildItem(deps, row) })))
  const ready = built.filter((pair): pair is Ready => pair.item !== null)
  await settle(
    deps,
    rows.filter((row) => !ready.some((pair) => pair.row === row)),
    null,
  )
  for (const group of grouped(suite, ready)) await sendGroup(deps, suite, group)
  return rows.length
}

async function claim({ db, clock, switches }: Deps, suite: Suite): Promise<DeliveryRow[]> {
  const rows = await db.rows<DeliveryRow>(sql`
    update push_deliveries set attempts = attempts + 1, claimed_until = now() + interval '30 seconds'
    where id in (
      select id from push_deliveries
      where suite_id = ${suite.suiteId} and state = 'pending' and next_at <= ${clock.now()}
        and (claimed_until is null or claimed_until < now())
      order by id limit ${batchSize} for update skip locked)
    returning id, suite_id, org_id, style, biz_type, biz_id, action, data, attempts, created_at, modified_at`)
  return rows.sort((a, b) => (switches.push.reorder ? b.id - a.id : a.id - b.id))
}

/** SyncHTTP: one envelope for each level. Legacy: one message for each kind of change in an org. Stream: each by itself. */
function grouped(suite: Suite, ready: readonly Ready[]): Ready[][] {
  const groups = new Map<string, Ready[]>()
  for (const pair of ready) {
    const { row, item } = pair
    const key =
      suite.pushStyle === 'synchttp'
        ? levelOf(row)
        : suite.pushStyle === 'legacy' && (row.biz_type === 13 || row.biz_type === 14)
          ? `${item.corpId}:${item.action}`
          : String(row.id)
    groups.set(key, [...(groups.get(key) ?? []), pair])
  }
  return [...groups.values()]
}

/** Members, departments and the org itself; everything else is told first. */
const medium: ReadonlySet<number> = new Set([13, 14, 16])

const levelOf = (row: DeliveryRow): string =>
  medium.has(row.biz_type) ? 'SYNC_HTTP_PUSH_MEDIUM' : 'SYNC_HTTP_PUSH_HIGH'

async function sendGroup(deps: Deps, suite: Suite, group: readonly Ready[]): Promise<void> {
  const rows = group.map((pair) => pair.row)
  const { push } = deps.switches
  if (push.loseNext > 0) {
    push.loseNext -= 1
    return settle(deps, rows, null)
  }
  const send = senderOf(deps, suite, group)
  try {
    await send()
    if (push.duplicate) await send()
    await settle(deps, rows, null)
  } catch (error) {
    await settle(deps, rows, error instanceof Error ? error.message.slice(0, 200) : 'failed')
  }
}

function senderOf(deps: Deps, suite: Suite, group: readonly Ready[]): () => Promise<void> {
  const [first] = group
  if (suite.pushStyle === 'stream' && first)
    return () => deps.streams.deliver(suite.suiteId, streamEvent(suite, first))
  const message =
    suite.pushStyle === 'synchttp' ? syncEnvelope(suite, group) : legacyMessage(deps, suite, group)
  return () => post(deps, suite, message)
}

function syncEnvelope(suite: Suite, group: readonly Ready[]): Record<string, unknown> {
  const [first] = group
  return {
    EventType: first ? levelOf(first.row) : 'SYNC_HTTP_PUSH_HIGH',
    bizData: group.map(({ row, item }) => ({
      id: row.id,
      subscribe_id: `${suite.suiteId}_0`,
      corp_id: item.corpId,
      biz_type: row.biz_type,
      biz_id: row.biz_id,
      biz_data: JSON.stringify({
        syncAction: item.action,
        ...item.body,
        eventId: `${row.id}-${row.modified_at.getTime()}`,
      }),
      gmt_create: row.created_at.getTime(),
      gmt_modified: row.modified_at.getTime(),
      open_cursor: 0,
      status: 0,
    })),
  }
}

function legacyMessage(deps: Deps, suite: Suite, group: readonly Ready[]): Record<string, unknown> {
  const [first] = group
  if (!first) return {}
  const { row, item } = first
  const common = {
    EventType: item.action,
    TimeStamp: String(deps.clock.now().getTime()),
    eventId: randomUUID(),
  }
  const ids = group.map((pair) => pair.row.biz_id)
  if (row.biz_type === 2)
    return { ...common, SuiteKey: suite.suiteKey, SuiteTicket: item.body['suiteTicket'] }
  if (row.biz_type === 13) return { ...common, CorpId: item.corpId, UserId: ids }
  if (row.biz_type === 14) return { ...common, CorpId: item.corpId, DeptId: ids.map(Number) }
  if (row.biz_type === 16) return { ...common, CorpId: item.corpId }
  const auth = { ...common, SuiteKey: suite.suiteKey, AuthCorpId: item.corpId }
  if (item.action === 'tmp_auth_code') return { ...auth, AuthCode: row.data['code'] }
  if (row.biz_type === 7) return { ...auth, AgentId: row.data['agentId'], AppId: suite.appId }
  return auth
}

/** A row that changed while it was on its way stays pending: the newer state has still to go out. */
async function settle(
  { db, clock }: Deps,
  rows: readonly DeliveryRow[],
  error: string | null,
): Promise<void> {
  if (rows.length === 0) return
  const now = clock.now()
  const ids = array(rows.map((row) => row.id))
  const modified = array(rows.map((row) => row.modified_at))
  if (error === null) {
    await db.run(sql`
      update push_deliveries d set state = 'delivered', delivered_at = ${now}::timestamptz, last_error = null, claimed_until = null
      from unnest(${ids}::bigint[], ${modified}::timestamptz[]) as t (id, modified_at)
      where d.id = t.id and d.modified_at = t.modified_at`)
  } else {
    const pause = array(rows.map((row) => addSeconds(now, pauses[row.attempts - 1] ?? 3600)))
    await db.run(sql`
      update push_deliveries d set last_error = ${error}, next_at = t.next_at,
        state = case when d.attempts >= ${maxAttempts} then 'failed' else 'pending' end
      from unnest(${ids}::bigint[], ${modified}::timestamptz[], ${pause}::timestamptz[]) as t (id, modified_at, next_at)
      where d.id = t.id and d.modified_at = t.modified_at and d.state = 'pending'`)
  }
  await db.run(sql`update push_deliveries set claimed_until = null where id = any(${ids}::bigint[])`)
}
