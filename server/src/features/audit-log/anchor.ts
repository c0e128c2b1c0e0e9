import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { systemOrgId } from '../../db/ids.ts'
import type { Vault } from '../../ports/vault.ts'
import type { Head } from './chain.ts'

/** Heads of chains as they stood at a moment, signed. Ids and hashes only. */
export interface Anchor {
  readonly at: string
  /** By log: place and seal of its last link, as `12:ab34…`. */
  readonly heads: Readonly<Record<string, string>>
  /** SHA-256 of the line before, so that no line can be left out; null for the first. */
  readonly previous: string | null
}

interface SignedAnchor extends Anchor {
  readonly signature: string
}

/** DER of an Ed25519 private key up to its 32 bytes (RFC 8410). */
const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The key anchors are signed with; whoever has its public half can check them without ours. */
export async function anchorKey(vault: Pick<Vault, 'lookupHash'>): Promise<KeyObject> {
  const der = Buffer.concat([ed25519Prefix, await vault.lookupHash(systemOrgId, 'audit', 'anchor')])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

export function headText({ seq, mac }: Head): string {
  return `${seq}:${mac.toString('hex')}`
}

export function headOfText(text: string): Head {
  const [seq, mac] = text.split(':')
  return { seq: Number(seq), mac: Buffer.from(mac ?? '', 'hex') }
}

const signedPart = ({ at, heads, previous }: Anchor): Buffer =>
  Buffer.from(JSON.stringify([at, heads, previous]))

/** One line of a file of anchors, without its end. */
export function anchorLine(key: KeyObject, { at, heads, previous }: Anchor): string {
  const signature = sign(null, signedPart({ at, heads, previous }), key).toString('base64')
  return JSON.stringify({ at, heads, previous, signature } satisfies SignedAnchor)
}

export function hashOfLine(line: string): string {
  return createHash('sha256').update(line).digest('hex')
}

/** Reads a line; null when it is unreadable or was not signed by us. */
export function readAnchor(key: KeyObject, line: string): Anchor | null {
  const anchor = parsed(line)
  if (!anchor) return null
  const isOurs = verify(
    null,
    signedPart(anchor),
    createPublicKey(key),
    Buffer.from(anchor.signature, 'base64'),
  )
  return isOurs ? anchor : null
}

function parsed(line: string): SignedAnchor | null {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return null
  }
  return isSigned(value) ? value : null
}

function isSigned(value: unknown): value is SignedAnchor {
  if (typeof value !== 'object' || value === null) return false
  if (!('at' in value && 'heads' in value && 'previous' in value && 'signature' in value)) return false
  const { heads } = value
  return (
    typeof value.at === 'string' &&
    typeof value.signature === 'string' &&
    (value.previous === null || typeof value.previous === 'string') &&
    typeof heads === 'object' &&
    heads !== null &&
    Object.values(heads).every((head) => typeof head === 'string')
  )
}

/** What lines of anchors know of every chain, and the first line that is not as it was written. */
export interface Known {
  readonly heads: ReadonlyMap<string, ReadonlyMap<number, readonly Buffer[]>>
  /** Line number from 1, or null. */
  readonly broken: number | null
  readonly hashes: ReadonlySet<string>
}

/**
 * Reads lines in their order.
 * @param isChained Whether each line names the one before, as the daily ones do.
 */
export function readLines(key: KeyObject, lines: readonly string[], isChained: boolean): Known {
  const heads = new Map<string, Map<number, Buffer[]>>()
  const hashes = new Set<string>()
  let broken: number | null = null
  let previous: string | null = null
  lines.forEach((line, i) => {
    const anchor = readAnchor(key, line)
    // A crash may leave half a line at the end of the running list.
    const isCutOff = anchor === null && !isChained && i === lines.length - 1
    if ((anchor === null && !isCutOff) || (anchor && isChained && anchor.previous !== previous))
      broken ??= i + 1
    previous = hashOfLine(line)
    hashes.add(previous)
    for (const [log, text] of Object.entries(anchor?.heads ?? {})) {
      const { seq, mac } = headOfText(text)
      const known = heads.get(log) ?? new Map<number, Buffer[]>()
      heads.set(log, known.set(seq, [...(known.get(seq) ?? []), mac]))
    }
  })
  return { heads, broken, hashes }
}
