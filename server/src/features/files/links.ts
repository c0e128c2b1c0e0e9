import { timingSafeEqual } from 'node:crypto'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Vault } from '../../ports/vault.ts'

/** A link is good for so long; whoever needs it longer asks again. */
export const linkLifeMs = 5 * 60_000

/** What a link opens and for whom. */
export interface LinkTarget {
  readonly orgId: string
  readonly fileId: string
  /** Who asked for it; it ends when he leaves the org. */
  readonly memberId: string
  readonly part: 'content' | 'thumbnail'
  readonly expiresAt: EpochMs
}

const pattern = /^(c|t)\.([0-9a-f-]{36})\.([0-9a-f-]{36})\.([0-9a-f-]{36})\.(\d{13})\.([\w-]{43})$/

/** A target as text nobody else can write. */
export async function signedLink(vault: Vault, target: LinkTarget): Promise<string> {
  const { orgId, fileId, memberId, part, expiresAt } = target
  const payload = [part === 'content' ? 'c' : 't', orgId, fileId, memberId, expiresAt].join('.')
  return `${payload}.${await macOf(vault, orgId, payload)}`
}

/** The target of a link, or null when it was changed or is past its time. */
export async function readLink(vault: Vault, link: string, now: EpochMs): Promise<LinkTarget | null> {
  const [, kind, orgId, fileId, memberId, expires, mac] = pattern.exec(link) ?? []
  if (!orgId || !fileId || !memberId || !mac) return null
  const expected = await macOf(vault, orgId, link.slice(0, link.lastIndexOf('.')))
  // As texts: of the last character's bits two carry nothing, and a link has one spelling only.
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(expected))) return null
  const expiresAt = Number(expires)
  if (expiresAt <= now) return null
  return { orgId, fileId, memberId, part: kind === 'c' ? 'content' : 'thumbnail', expiresAt }
}

async function macOf(vault: Vault, orgId: string, payload: string): Promise<string> {
  return (await vault.lookupHash(orgId, 'file-link', payload)).toString('base64url')
}
