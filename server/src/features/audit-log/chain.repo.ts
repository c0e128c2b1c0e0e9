import { sql, type SQL } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import { systemOrgId } from '../../jobs/outbox.repo.ts'
import type { CheckedLink, Tail } from './chain-check.ts'
import type { Head, Link, LogRow } from './chain.ts'

/** One log and its chain: an org's, or without an org the installation's own. */
export interface LogScope {
  readonly tx: NodePgDatabase
  readonly orgId?: string
}

/** The name a log goes by in anchors and findings. */
export const installationLog = 'installation'

export function logName({ orgId }: Pick<LogScope, 'orgId'>): string {
  return orgId ?? installationLog
}

interface Tables {
  readonly log: SQL
  readonly links: SQL
  readonly tails: SQL
  /** Condition on the org of an alias, and the column that comes first in an insert. */
  readonly of: (alias: string) => SQL
  readonly people: SQL
  readonly isListed: SQL
}

function tablesOf({ orgId }: LogScope): Tables {
  if (orgId === undefined)
    return {
      log: sql`system_audit_log`,
      links: sql`system_audit_links`,
      tails: sql`system_audit_tails`,
      of: () => sql`true`,
      people: sql`''`,
      isListed: sql`true`,
    }
  return {
    log: sql`audit_log`,
    links: sql`audit_links`,
    tails: sql`audit_tails`,
    of: (alias) => sql`${sql.identifier(alias)}.org_id = ${orgId}::uuid`,
    people: sql`l.people::text`,
    isListed: sql`not exists (
      select from unnest(l.people) as person where not exists (
        select from audit_people p where p.org_id = ${orgId}::uuid and p.member_id = person and p.at = l.at
          and p.audit_id = l.id))`,
  }
}

const micros = (moment: SQL): SQL => sql`(extract(epoch from ${moment}) * 1000000)::bigint::text`

interface RawRow extends Record<string, unknown> {
  readonly log_id: string | null
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly object: string
  readonly people: string
  readonly detail: string
  readonly keep_days: number
  readonly recorded_at: string
}

const rowColumns = ({
  people,
}: Tables): SQL => sql`l.id as log_id, ${micros(sql`l.at`)} as at, l.actor, l.action,
  l.object, ${people} as people, l.detail::text as detail, l.keep_days, ${micros(sql`l.recorded_at`)} as recorded_at`

function rowOf(raw: RawRow): LogRow | null {
  if (raw.log_id === null) return null
  const { at, actor, action, object, people, detail, keep_days: keepDays, recorded_at: recordedAt } = raw
  return { id: raw.log_id, at, actor, action, object, people, detail, keepDays, recordedAt }
}

/** One chainer a log; false when another is at it. Held until the transaction ends. */
export async function claimChain(scope: LogScope): Promise<boolean> {
  const { rows } = await scope.tx.execute<{ claimed: boolean }>(sql`
    select pg_try_advisory_xact_lock(hashtextextended(${`kangbao.audit:${logName(scope)}`}, 0)) as claimed`)
  return rows[0]?.claimed ?? false
}

export interface WaitingRow {
  readonly rowId: string
  readonly row: LogRow | null
  /** When it may be swept, in microseconds; a row that is gone never. */
  readonly dueAt: string
}

const never = '253370764800000000' // in the year 9999

/** Rows without a link, oldest first. */
export async function waitingRows(scope: LogScope, limit: number): Promise<WaitingRow[]> {
  const tables = tablesOf(scope)
  const { rows } = await scope.tx.execute<RawRow & { id: string; due_at: string | null }>(sql`
    select w.id, ${rowColumns(tables)},
      ${micros(sql`(greatest(l.at, l.recorded_at) + make_interval(hours => 24 * l.keep_days))`)} as due_at
    from audit_waiting w left join ${tables.log} l on l.id = w.id and ${tables.of('l')}
    where w.org_id = ${scope.orgId ?? systemOrgId}::uuid
    order by l.at nulls first, w.id limit ${limit}`)
  return rows.map((raw) => ({ rowId: raw.id, row: rowOf(raw), dueAt: raw.due_at ?? never }))
}

export async function headOf(scope: LogScope): Promise<Head | null> {
  const { links, of } = tablesOf(scope)
  const { rows } = await scope.tx.execute<{ seq: string; mac: Buffer }>(
    sql`select k.seq, k.mac from ${links} k where ${of('k')} order by k.seq desc limit 1`,
  )
  return rows[0] ? { seq: Number(rows[0].seq), mac: rows[0].mac } : null
}

export async function tailOf(scope: LogScope): Promise<Tail | null> {
  const { tails, of } = tablesOf(scope)
  const { rows } = await scope.tx.execute<{ seq: string; mac: Buffer; seal: Buffer }>(
    sql`select t.seq, t.mac, t.seal from ${tails} t where ${of('t')}`,
  )
  return rows[0] ? { ...rows[0], seq: Number(rows[0].seq) } : null
}

/** Writes links and lets their rows wait no longer. */
export async function addLinks(scope: LogScope, added: readonly Link[]): Promise<void> {
  const { links } = tablesOf(scope)
  const { orgId } = scope
  const column = <T>(pick: (link: Link) => T) => sql.param(added.map(pick))
  await scope.tx.execute(sql`
    insert into ${links} (${orgId === undefined ? sql`` : sql`org_id, `}seq, row_id, row_mac, mac, due_at)
    select ${orgId === undefined ? sql`` : sql`${orgId}::uuid, `}seq, row_id, row_mac, mac,
      to_timestamp(0) + make_interval(secs => due_at / 1000000) + make_interval(secs => (due_at % 1000000) / 1000000.0)
    from unnest(${column(({ seq }) => seq)}::bigint[], ${column(({ rowId }) => rowId)}::uuid[],
      ${column(({ rowMac }) => rowMac)}::bytea[], ${column(({ mac }) => mac)}::bytea[],
      ${column(({ dueAt }) => dueAt)}::bigint[]) as given (seq, row_id, row_mac, mac, due_at)`)
  await scope.tx.execute(sql`
    delete from audit_waiting where org_id = ${orgId ?? systemOrgId}::uuid
      and id = any(${column(({ rowId }) => rowId)}::uuid[])`)
}

/** Links after a place with their rows, in order. */
export async function linksAfter(scope: LogScope, seq: number, limit: number): Promise<CheckedLink[]> {
  const tables = tablesOf(scope)
  const { rows } = await scope.tx.execute<
    RawRow & { seq: string; row_id: string; row_mac: Buffer; mac: Buffer; due_at: string; is_listed: boolean }
  >(sql`
    select k.seq, k.row_id, k.row_mac, k.mac, ${micros(sql`k.due_at`)} as due_at, ${rowColumns(tables)},
      ${tables.isListed} as is_listed
    from ${tables.links} k left join ${tables.log} l on l.id = k.row_id and ${tables.of('l')}
    where ${tables.of('k')} and k.seq > ${seq} order by k.seq limit ${limit}`)
  return rows.map((raw) => ({
    seq: Number(raw.seq),
    rowId: raw.row_id,
    rowMac: raw.row_mac,
    mac: raw.mac,
    dueAt: raw.due_at,
    row: rowOf(raw),
    isListed: raw.is_listed,
  }))
}

/** A row that is in no chain: neither linked nor waiting, or waiting since before a moment of the database's time. */
export async function strayRow(
  scope: LogScope,
  waitingMinutes: number,
): Promise<{ id: string; isWaiting: boolean } | null> {
  const { log, links, of } = tablesOf(scope)
  const { rows } = await scope.tx.execute<{ id: string; is_waiting: boolean }>(sql`
    select l.id, w.id is not null as is_waiting from ${log} l
    left join audit_waiting w on w.org_id = ${scope.orgId ?? systemOrgId}::uuid and w.id = l.id
    where ${of('l')} and not exists (select from ${links} k where ${of('k')} and k.row_id = l.id)
      and (w.id is null or l.recorded_at < clock_timestamp() - make_interval(mins => ${waitingMinutes}))
    order by l.at, l.id limit 1`)
  return rows[0] ? { id: rows[0].id, isWaiting: rows[0].is_waiting } : null
}

/** The last link before the first whose row is still there: up to it a chain may be cut off. */
export async function lastSweptLink(scope: LogScope): Promise<Head | null> {
  const { log, links, of } = tablesOf(scope)
  const { rows } = await scope.tx.execute<{ seq: string; mac: Buffer }>(sql`
    select k.seq, k.mac from ${links} k
    where ${of('k')} and k.due_at <= clock_timestamp() and k.seq < coalesce((
      select f.seq from ${links} f where ${of('f')} and exists (
        select from ${log} l where ${of('l')} and l.id = f.row_id) order by f.seq limit 1), 0)
    order by k.seq desc limit 1`)
  return rows[0] ? { seq: Number(rows[0].seq), mac: rows[0].mac } : null
}

/** Lets a chain begin after a place; its rows are gone. */
export async function moveTail(scope: LogScope, { seq, mac, seal }: Tail): Promise<void> {
  const { orgId, tx } = scope
  if (orgId === undefined) {
    await tx.execute(sql`
      insert into system_audit_tails (seq, mac, seal) values (${seq}, ${mac}, ${seal})
      on conflict (one) do update set seq = excluded.seq, mac = excluded.mac, seal = excluded.seal`)
    await tx.execute(sql`select drop_system_audit_links(${seq})`)
    return
  }
  await tx.execute(sql`
    insert into audit_tails (org_id, seq, mac, seal) values (${orgId}, ${seq}, ${mac}, ${seal})
    on conflict (org_id) do update set seq = excluded.seq, mac = excluded.mac, seal = excluded.seal`)
  await tx.execute(sql`select drop_audit_links(${orgId}::uuid, ${seq})`)
}

/** Sweeps what is due, most `limit` rows. @returns how many are gone. */
export async function sweepDue({ tx, orgId }: LogScope, limit: number, now: number): Promise<number> {
  const at = new Date(now).toISOString()
  const { rows } = await tx.execute<{ gone: number }>(
    orgId === undefined
      ? sql`select sweep_system_audit_log(${limit}, ${at}::timestamptz) as gone`
      : sql`select sweep_audit_log(${orgId}::uuid, ${limit}, ${at}::timestamptz) as gone`,
  )
  return rows[0]?.gone ?? 0
}
