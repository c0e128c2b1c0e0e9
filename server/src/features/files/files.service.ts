import { filePurposes, type FilePurpose, type StoredFile } from '@kangbao/shared/contracts/files.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { newId } from '../../db/ids.ts'
import type { Deps } from '../../deps.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { namePlace, opened, openedKey, sealedKey } from './content.ts'
import { harmlessName } from './file-names.ts'
import { eraseLater, looseForMs, sweepLoose } from './files.jobs.ts'
import * as files from './files.repo.ts'
import type { FileRow } from './files.repo.ts'
import { takeIn, type Taken } from './intake.ts'
import { linkLifeMs, readLink, signedLink } from './links.ts'
import { newContentKey } from './sealed-stream.ts'

const mebibyte = 1024 * 1024

export interface Upload {
  readonly purpose: FilePurpose
  /** As the sender told it, percent-encoded. */
  readonly name: string | undefined
  /** Length the sender announced, in bytes; undefined when he did not. */
  readonly announcedBytes: number | undefined
  readonly bytes: AsyncIterable<Buffer>
  /** The sender's own name for this sending. */
  readonly key?: string | undefined
}

/** Who sends a file: a member, over his session or at a shared tablet. */
export type Sender = Pick<MemberContext, 'deps' | 'orgId' | 'memberId' | 'inOrg'>

/**
 * Takes a file in; it is its sender's alone until it is attached, and is thrown away when it is not.
 * @throws AppError `file.…` for whatever is wrong with it.
 */
export async function upload(ctx: Sender, given: Upload): Promise<StoredFile> {
  const { deps, orgId } = ctx
  const { maxBytes } = filePurposes[given.purpose]
  const sizeBytes = given.announcedBytes ?? maxBytes
  if (sizeBytes > maxBytes) throw new AppError('file.too-large', { maxBytes })
  if (sizeBytes === 0) throw new AppError('file.empty')
  const key = newContentKey()
  const sentAs = given.key ?? null
  const { fileId, isThere } = await reserve(ctx, given.purpose, { sizeBytes, key, sentAs })
  if (isThere) return get(ctx, fileId)
  try {
    const taken = await takeIn(deps, { ...given, orgId, fileId, key })
    await finish(ctx, fileId, taken, given.name)
    if (taken.finding !== null) throw new AppError('file.infected', { finding: taken.finding })
  } catch (error) {
    // What is in quarantine stays there until it is swept.
    if (!(error instanceof AppError && error.code === 'file.infected')) await discard(ctx, fileId)
    throw error
  }
  return get(ctx, fileId)
}

function quotaOf({ config }: Pick<Deps, 'config'>): files.Quota {
  return {
    perMemberBytes: config.FILES_PER_MEMBER_MB * mebibyte,
    perOrgBytes: config.FILES_PER_ORG_MB * mebibyte,
  }
}

function refuseUnless(answer: files.Room): void {
  if (answer !== 'enough') throw new AppError('file.quota', { of: answer === 'org-full' ? 'org' : 'member' })
}

/**
 * Takes room for a file and owes its sweep, before its first byte is stored: a crash leaves nothing behind. What came
 * whole under the same key before is there already; what did not come whole makes room for this.
 */
async function reserve(
  { deps, orgId, memberId, inOrg }: Sender,
  purpose: FilePurpose,
  { sizeBytes, key, sentAs }: { sizeBytes: number; key: Buffer; sentAs: string | null },
): Promise<{ fileId: string; isThere: boolean }> {
  const id = newId()
  const now = deps.clock.now()
  const contentKey = await sealedKey(deps, { orgId, id }, key)
  return inOrg(async (scope) => {
    await files.queueUp(scope)
    const before = sentAs === null ? null : await files.bySentAs(scope, memberId, sentAs)
    if (before?.state === 'quarantined') throw new AppError('file.infected', { finding: null })
    if (before?.state === 'ready') return { fileId: before.id, isThere: true }
    if (before && (await files.removeLoose(scope, before.id))) await eraseLater(scope, [before.id], now)
    const arrival = { id, memberId, purpose, contentKey, sizeBytes, sentAs, now }
    refuseUnless(await files.reserve(scope, arrival, quotaOf(deps)))
    await emit(scope, sweepLoose, { orgId, fileId: id }, { now, notBefore: now + looseForMs })
    return { fileId: id, isThere: false }
  })
}

async function finish(
  { deps, orgId, memberId, inOrg }: Sender,
  id: string,
  { finding, ...taken }: Taken,
  givenName: string | undefined,
): Promise<void> {
  const name = await deps.vault.seal(namePlace(orgId, id), harmlessName(givenName, taken.type))
  const state = finding === null ? 'ready' : 'quarantined'
  const sizeBytes = taken.contentBytes + taken.thumbnailBytes
  await inOrg(async (scope) => {
    const place = { id, memberId, quota: quotaOf(deps) }
    const answer = await files.finish(scope, place, { ...taken, state, name, sizeBytes })
    if (answer === 'gone') throw new AppError('file.cut-off')
    refuseUnless(answer)
    await appendAudit(scope, {
      action: finding === null ? 'file.sent' : 'file.quarantined',
      object: `file:${id}`,
      detail: { type: taken.type, bytes: taken.contentBytes, finding },
      at: deps.clock.now(),
    })
  })
}

async function discard({ deps, inOrg }: Sender, fileId: string): Promise<void> {
  await inOrg(async (scope) => {
    if (await files.removeLoose(scope, fileId)) await eraseLater(scope, [fileId], deps.clock.now())
  })
}

/** A file the caller has sent, with fresh links. */
export async function get({ deps, orgId, memberId, inOrg }: Sender, fileId: string): Promise<StoredFile> {
  const row = await inOrg((scope) => files.byId(scope, fileId))
  return view(deps, { orgId, memberId }, ownFile(row, memberId))
}

/** Whoever has not sent it is told that it is not there. */
function ownFile(row: FileRow | null, memberId: string): FileRow {
  const file = found(row)
  if (file.memberId !== memberId || file.state === 'arriving') throw new AppError('resource.missing')
  return file
}

/** Throws away a file of the caller's that is part of nothing. */
export async function remove({ deps, memberId, inOrg }: MemberContext, fileId: string): Promise<object> {
  await inOrg(async (scope) => {
    ownFile(await files.byId(scope, fileId), memberId)
    if (!(await files.removeLoose(scope, fileId))) throw new AppError('file.attached')
    const now = deps.clock.now()
    await eraseLater(scope, [fileId], now)
    await appendAudit(scope, { action: 'file.deleted', object: `file:${fileId}`, at: now })
  })
  return {}
}

/** A file as a viewer gets it; whether he may see it is for the caller to know. */
export async function view(
  deps: Pick<Deps, 'vault' | 'clock'>,
  viewer: { orgId: string; memberId: string },
  file: FileRow,
): Promise<StoredFile> {
  const { type, name, digest, state } = file
  if (state === 'arriving' || type === null || name === null || digest === null)
    throw new AppError('resource.missing')
  const expiresAt = deps.clock.now() + linkLifeMs
  const link = async (part: 'content' | 'thumbnail') =>
    `/api/file-content?link=${await signedLink(deps.vault, { ...viewer, fileId: file.id, part, expiresAt })}`
  const links = {
    content: await link('content'),
    thumbnail: file.thumbnailBytes > 0 ? await link('thumbnail') : null,
    expiresAt: new Date(expiresAt).toISOString(),
  }
  return {
    id: file.id,
    purpose: file.purpose,
    state,
    name: await deps.vault.open(namePlace(viewer.orgId, file.id), name),
    type,
    sizeBytes: file.contentBytes,
    width: file.width,
    height: file.height,
    digest: digest.toString('hex'),
    createdAt: new Date(file.createdAt).toISOString(),
    links: state === 'ready' ? links : null,
  }
}

export interface Content {
  readonly name: string
  readonly type: string
  /** Of the whole, in bytes. */
  readonly length: number
  readonly read: (range?: { start: number; end: number }) => AsyncIterable<Buffer>
}

/**
 * What a link opens. The link is asked first, then the database: it dies with the file and with the membership of
 * whoever it was made for (S-67).
 * @throws AppError `file.link-invalid`, the same for every reason.
 */
export async function content(deps: Deps, link: string): Promise<Content> {
  const target = await readLink(deps.vault, link, deps.clock.now())
  if (target === null) throw new AppError('file.link-invalid')
  const { orgId, fileId, memberId, part } = target
  const actor = { kind: 'member', memberId } as const
  const file = await deps.database.inOrg(orgId, actor, async (scope) =>
    (await files.isPresent(scope, memberId)) ? files.byId(scope, fileId) : null,
  )
  if (file?.state !== 'ready' || file.name === null || file.type === null)
    throw new AppError('file.link-invalid')
  const isThumbnail = part === 'thumbnail'
  const stored = {
    place: { orgId, fileId, part },
    key: await openedKey(deps, orgId, file),
    length: isThumbnail ? file.thumbnailBytes : file.contentBytes,
  }
  if (stored.length === 0) throw new AppError('file.link-invalid')
  return {
    name: await deps.vault.open(namePlace(orgId, fileId), file.name),
    type: isThumbnail ? 'image/webp' : file.type,
    length: stored.length,
    read: (range) => opened(deps.files, stored, range),
  }
}
