import { timingSafeEqual } from 'node:crypto'
import type { Vault } from '../../ports/vault.ts'
import { uuidBytes, uuidText } from './kiosk-token.ts'

/*
 * What a card’s code says: KB, the id of the card and 128 bits worked out from it under a key of the organisation, in
 * capital letters and digits. A code of those is smaller on paper, and a scanner that types needs no shift key.
 */

const pattern = /^KB([0-9A-F]{32})([0-9A-F]{32})$/

async function proofOf(vault: Vault, orgId: string, cardId: string): Promise<Buffer> {
  return (await vault.lookupHash(orgId, 'member-card', cardId)).subarray(0, 16)
}

/** The same at every call, so that a card can be printed again. */
export async function cardCode(vault: Vault, orgId: string, cardId: string): Promise<string> {
  const bytes = Buffer.concat([uuidBytes(cardId), await proofOf(vault, orgId, cardId)])
  return `KB${bytes.toString('hex').toUpperCase()}`
}

/** The card a code is of, in this organisation; null for anything else. */
export async function readCardCode(vault: Vault, orgId: string, code: string): Promise<string | null> {
  const [, id, proof] = pattern.exec(code.trim().toUpperCase()) ?? []
  if (id === undefined || proof === undefined) return null
  const cardId = uuidText(Buffer.from(id, 'hex'))
  const isGenuine = timingSafeEqual(await proofOf(vault, orgId, cardId), Buffer.from(proof, 'hex'))
  return isGenuine ? cardId : null
}
