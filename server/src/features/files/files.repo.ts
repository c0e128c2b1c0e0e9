import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { FilePurpose, MediaType } from '@kangbao/shared/contracts/files.ts'
import type { OrgScope } from '../../db/database.ts'

export interface FileRow {
  readonly id: string
  readonly memberId: string
  readonly purpose: FilePurpose
  readonly state: 'arriving' | 'ready' | 'quarantined'
  readonly owner: string | null
  readonly type: MediaType | null
  /** Sealed. */
  readonly name: Buffer | null
  /** Sealed. */
  readonly contentKey: Buffer
  readonly contentBytes: number
  readonly thumbnailBytes: number
  readonly width: number | null
  readonly height: number | null
  readonly digest: Buffer | null
  /** The key it was sent under; null when it had none. */
  readonly sentAs: string | null
  readonly createdAt: EpochMs
}

interface Row extends Record<string, unknown> {
  readonly id: string
  readonly member_id: string
  readonly purpose: FilePurpose
  readonly state: FileRow['state']
  readonly owner: string | null
  readonly media_type: MediaType | null
  readonly name: Buffer | null
  readonly content_key: Buffer
  readonly content_bytes: string
  readonly thumbnail_bytes: string
  readonly width: number | null
  readonly height: number | null
  readonly digest: Buffer | null
  readonly sent_as: string | null
  readonly created_at: string | Date
}

const columns = sql.raw(`id, member_id, purpose, state, owner, media_type, name, content_key, content_bytes,
  thumbnail_bytes, width, height, digest, sent_as, created_at`)

function asFile(row: Row): FileRow {
  return {
    id: row.id,
    memberId: row.member_id,
    purpose: row.purpose,
    state: row.state,
    owner: row.owner,
    type: row.media_type,
    name: row.name,
    contentKey: row.content_key,
    contentBytes: Number(row.content_bytes),
    thumbnailBytes: Number(row.thumbnail_bytes),
    width: row.width,
    height: row.height,
    digest: row.digest,
    sentAs: row.sent_as,
    createdAt: new Date(row.created_at).getTime(),
  }
}

export async function byId({ tx, orgId }: OrgScope, id: string): Promise<FileRow | null> {
  const { rows } = await tx.execute<Row>(
    sql`select ${columns} from files where org_id = ${orgId} and id = ${id}`,
  )
  return rows[0] ? asFile(rows[0]) : null
}

/**
 * Those of these files that there are, by id or by the key this member sent them under; held until the transaction ends:
 * nothing sweeps or takes them meanwhile.
 */
export async function lockedByNames(
  { tx, orgId }: OrgScope,
  memberId: string,
  names: readonly string[],
): Promise<FileRow[]> {
  const given = sql`any(${sql.param([...names])}::uuid[])`
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from files
    where org_id = ${orgId} and (id = ${given} or (member_id = ${memberId} and sent_as = ${given}))
    order by id for update`)
  return rows.map(asFile)
}

/** The files that are part of something, in the order they came. */
export async function byOwner({ tx, orgId }: OrgScope, owner: string): Promise<FileRow[]> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from files where org_id = ${orgId} and owner = ${owner} order by created_at, id`)
  return rows.map(asFile)
}

/** What a member sent under a key before. */
export async function bySentAs(
  { tx, orgId }: OrgScope,
  memberId: string,
  sentAs: string,
): Promise<FileRow | null> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from files where org_id = ${orgId} and member_id = ${memberId} and sent_as = ${sentAs}`)
  return rows[0] ? asFile(rows[0]) : null
}

export interface Arrival {
  readonly id: string
  readonly memberId: string
  readonly purpose: FilePurpose
  readonly contentKey: Buffer
  readonly sizeBytes: number
  /** The sender's own name for this sending; null when he gave none. */
  readonly sentAs: string | null
  readonly now: EpochMs
}

export interface Quota {
  readonly perMemberBytes: number
  readonly perOrgBytes: number
}

export type Room = 'enough' | 'member-full' | 'org-full'

/** One at a time in an org until the transaction ends: two who look at once would both see room for one. */
export async function queueUp({ tx, orgId }: OrgScope): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`files ${orgId}`}, 0))`)
}

/** Whether a member may store so many bytes more. */
async function room(
  scope: OrgScope,
  given: { memberId: string; moreBytes: number; quota: Quota },
): Promise<Room> {
  const { tx, orgId } = scope
  await queueUp(scope)
  const { rows } = await tx.execute<{ org: string; member: string }>(sql`
    select coalesce(sum(size_bytes), 0) as org,
      coalesce(sum(size_bytes) filter (where member_id = ${given.memberId}), 0) as member
    from files where org_id = ${orgId}`)
  const { quota, moreBytes } = given
  if (Number(rows[0]?.member) + moreBytes > quota.perMemberBytes) return 'member-full'
  return Number(rows[0]?.org) + moreBytes > quota.perOrgBytes ? 'org-full' : 'enough'
}

/** Takes room for a file before its first byte; says whose is used up when there is none. */
export async function reserve(scope: OrgScope, file: Arrival, quota: Quota): Promise<Room> {
  const { tx, orgId } = scope
  const { memberId, sizeBytes } = file
  const answer = await room(scope, { memberId, moreBytes: sizeBytes, quota })
  if (answer === 'enough')
    await tx.execute(sql`
      insert into files (org_id, id, member_id, purpose, content_key, size_bytes, sent_as, created_at)
      values (${orgId}, ${file.id}, ${memberId}, ${file.purpose}, ${file.contentKey}, ${sizeBytes},
        ${file.sentAs}, ${new Date(file.now).toISOString()})`)
  return answer
}

export interface Arrived {
  readonly state: 'ready' | 'quarantined'
  readonly type: MediaType
  readonly name: Buffer
  readonly sizeBytes: number
  readonly contentBytes: number
  readonly thumbnailBytes: number
  readonly width: number | null
  readonly height: number | null
  readonly digest: Buffer
}

/**
 * Ends an arrival. A picture drawn anew may have grown over what was reserved for it, so room is asked for again.
 * @returns `gone` when it was thrown away meanwhile.
 */
export async function finish(
  scope: OrgScope,
  { id, memberId, quota }: { id: string; memberId: string; quota: Quota },
  file: Arrived,
): Promise<Room | 'gone'> {
  const { tx, orgId } = scope
  const { rows } = await tx.execute<{ size_bytes: string }>(
    sql`select size_bytes from files where org_id = ${orgId} and id = ${id} and state = 'arriving'`,
  )
  const reserved = rows[0]
  if (!reserved) return 'gone'
  const moreBytes = file.sizeBytes - Number(reserved.size_bytes)
  if (moreBytes > 0) {
    const answer = await room(scope, { memberId, moreBytes, quota })
    if (answer !== 'enough') return answer
  }
  const { rowCount } = await tx.execute(sql`
    update files set state = ${file.state}, media_type = ${file.type}, name = ${file.name},
      size_bytes = ${file.sizeBytes}, content_bytes = ${file.contentBytes},
      thumbnail_bytes = ${file.thumbnailBytes}, width = ${file.width}, height = ${file.height},
      digest = ${file.digest}
    where org_id = ${orgId} and id = ${id} and state = 'arriving'`)
  return rowCount === 1 ? 'enough' : 'gone'
}

/**
 * Makes files part of something; returns how many there were to take: ready, the sender's own, part of nothing. From then
 * on they are the member's they say something about, whoever sent them.
 */
export async function setOwner(
  { tx, orgId }: OrgScope,
  given: { fileIds: readonly string[]; sentBy: string; memberId: string; owner: string },
): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    update files set owner = ${given.owner}, member_id = ${given.memberId},
      sent_as = case when member_id = ${given.memberId} then sent_as end
    where org_id = ${orgId} and id in (select jsonb_array_elements_text(${JSON.stringify(given.fileIds)}::jsonb)::uuid)
      and member_id = ${given.sentBy} and state = 'ready' and owner is null`)
  return rowCount ?? 0
}

/** Removes a file that is part of nothing; false when there is none. */
export async function removeLoose({ tx, orgId }: OrgScope, id: string): Promise<boolean> {
  const { rowCount } = await tx.execute(
    sql`delete from files where org_id = ${orgId} and id = ${id} and owner is null`,
  )
  return rowCount === 1
}

/** Removes all files of what they were part of; returns their ids. */
export async function removeOwned({ tx, orgId }: OrgScope, owner: string): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`delete from files where org_id = ${orgId} and owner = ${owner} returning id`,
  )
  return rows.map(({ id }) => id)
}

/** Removes the files of what they were part of, but for some; returns their ids. */
export async function removeOwnedBut(
  { tx, orgId }: OrgScope,
  owner: string,
  kept: readonly string[],
): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    delete from files where org_id = ${orgId} and owner = ${owner} and id <> all(${sql.param([...kept])}::uuid[])
    returning id`)
  return rows.map(({ id }) => id)
}

/** Removes all files of any of these; returns their ids. */
export async function removeOwnedByAny(
  { tx, orgId }: OrgScope,
  owners: readonly string[],
): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`delete from files where org_id = ${orgId} and owner = any(${sql.param([...owners])}::text[]) returning id`,
  )
  return rows.map(({ id }) => id)
}

/** Whether a member is still there to use a link. */
export async function isPresent({ tx, orgId }: OrgScope, memberId: string): Promise<boolean> {
  const { rows } = await tx.execute(
    sql`select from members where org_id = ${orgId} and id = ${memberId} and left_at is null`,
  )
  return rows.length === 1
}
