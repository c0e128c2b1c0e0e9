import { timingSafeEqual } from 'node:crypto'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { passMinutes } from '@kangbao/shared/contracts/kiosk-tablet.ts'
import { AppError } from '../../errors.ts'
import type { KioskContext } from './kiosk-door.ts'
import { uuidBytes, uuidText } from './kiosk-token.ts'

type At = Pick<KioskContext, 'deps' | 'orgId' | 'kiosk'>

async function proofOf({ deps, orgId, kiosk }: At, claims: Buffer): Promise<Buffer> {
  const proof = await deps.vault.lookupHash(orgId, 'kiosk-pass', `${kiosk.id}.${claims.toString('hex')}`)
  return proof.subarray(0, 16)
}

/** Says for a quarter of an hour, at this tablet, who stands before it. Nothing of it is stored. */
export async function newPass(at: At, memberId: string): Promise<{ pass: string; endsAt: EpochMs }> {
  const endsAt = at.deps.clock.now() + passMinutes * 60_000
  const end = Buffer.alloc(8)
  end.writeBigUInt64BE(BigInt(endsAt))
  const claims = Buffer.concat([uuidBytes(memberId), end])
  return { pass: Buffer.concat([claims, await proofOf(at, claims)]).toString('base64url'), endsAt }
}

/** Whose pass it is. @throws AppError `kiosk.visit-over` for one that is over, or is none of this tablet. */
export async function holderOfPass(at: At, pass: string): Promise<string> {
  const bytes = Buffer.from(pass, 'base64url')
  const claims = bytes.subarray(0, 24)
  const proof = bytes.subarray(24)
  const isGenuine = proof.length === 16 && timingSafeEqual(proof, await proofOf(at, claims))
  if (!isGenuine || Number(claims.readBigUInt64BE(16)) < at.deps.clock.now())
    throw new AppError('kiosk.visit-over')
  return uuidText(claims.subarray(0, 16))
}
