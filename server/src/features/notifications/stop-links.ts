import { timingSafeEqual } from 'node:crypto'
import { ways, type Way } from '@kangbao/shared/delivery/ways.ts'
import { systemOrgId } from '../../db/ids.ts'
import type { Deps } from '../../deps.ts'

export interface Stopping {
  readonly orgId: string
  readonly memberId: string
  readonly way: Way
}

const idBytes = 16
const macBytes = 16
const payloadBytes = 2 * idBytes + 1

/**
 * The token of a link that stops one way for one person, without a session (RFC 8058). It is signed by the look-up key of
 * the installation, which a change of keys leaves alone: the link of an old mail works for good.
 */
export async function stopToken(
  deps: Pick<Deps, 'vault'>,
  { orgId, memberId, way }: Stopping,
): Promise<string> {
  const payload = Buffer.concat([bytesOf(orgId), bytesOf(memberId), Buffer.from([ways.indexOf(way)])])
  return Buffer.concat([payload, await macOf(deps, payload)]).toString('base64url')
}

/** What a token says; null when we did not make it. */
export async function readStopToken(deps: Pick<Deps, 'vault'>, token: string): Promise<Stopping | null> {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== payloadBytes + macBytes) return null
  const payload = bytes.subarray(0, payloadBytes)
  if (!timingSafeEqual(bytes.subarray(payloadBytes), await macOf(deps, payload))) return null
  const way = ways[payload.readUInt8(2 * idBytes)]
  return way === undefined ? null : { orgId: idOf(payload, 0), memberId: idOf(payload, idBytes), way }
}

async function macOf({ vault }: Pick<Deps, 'vault'>, payload: Buffer): Promise<Buffer> {
  return (await vault.lookupHash(systemOrgId, 'stop-link', payload.toString('hex'))).subarray(0, macBytes)
}

const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex')

function idOf(bytes: Buffer, from: number): string {
  const hex = bytes.subarray(from, from + idBytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
