import type { FilePurpose, MediaType } from '@kangbao/shared/contracts/files.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import type { Vault } from '../../ports/vault.ts'
import { namePlace } from './content.ts'
import { eraseLater } from './files.jobs.ts'
import * as files from './files.repo.ts'

export interface Attachment {
  /** What the files become part of, as `kind:id`. */
  readonly owner: string
  readonly fileIds: readonly string[]
  /** Who sent them. */
  readonly sentBy: string
  /** Whom they say something about: theirs they are from then on. */
  readonly memberId: string
}

/**
 * Makes files part of something, in the transaction that makes it.
 * @throws AppError `file.not-ready` when one is not the sender's, in quarantine, or part of something already.
 */
export async function attach(scope: OrgScope, given: Attachment): Promise<void> {
  const fileIds = [...new Set(given.fileIds)]
  if (fileIds.length > 0 && (await files.setOwner(scope, { ...given, fileIds })) !== fileIds.length)
    throw new AppError('file.not-ready')
}

/** Removes the files of what is itself removed, in the same transaction; their bytes follow. */
export async function release(scope: OrgScope, deps: Pick<Deps, 'clock'>, owner: string): Promise<void> {
  await eraseLater(scope, await files.removeOwned(scope, owner), deps.clock.now())
}

/** Removes those files of something that it does not name any more, in the same transaction; their bytes follow. */
export async function keepOnly(
  scope: OrgScope,
  owner: string,
  kept: readonly string[],
  now: number,
): Promise<void> {
  await eraseLater(scope, await files.removeOwnedBut(scope, owner, kept), now)
}

/** What the product itself knows of a file. */
export interface FileFacts {
  readonly id: string
  readonly sentBy: string
  /** What it is part of; null when it is part of nothing yet. */
  readonly owner: string | null
  readonly purpose: FilePurpose
  readonly name: string
  readonly type: MediaType
  readonly sizeBytes: number
}

/**
 * What is known of these files, by their id and by the key this member sent them under, held until the transaction ends;
 * those that are not ready are absent.
 */
export async function factsOf(
  scope: OrgScope,
  vault: Vault,
  { memberId: filer, names }: { readonly memberId: string; readonly names: readonly string[] },
): Promise<Map<string, FileFacts>> {
  const facts = new Map<string, FileFacts>()
  if (names.length === 0) return facts
  for (const row of await files.lockedByNames(scope, filer, names)) {
    const { id, memberId, owner, purpose, name, type, state, contentBytes, sentAs } = row
    if (state !== 'ready' || name === null || type === null) continue
    const opened = await vault.open(namePlace(scope.orgId, id), name)
    const known = { id, sentBy: memberId, owner, purpose, name: opened, type, sizeBytes: contentBytes }
    facts.set(id, known)
    if (sentAs !== null && memberId === filer) facts.set(sentAs, known)
  }
  return facts
}
