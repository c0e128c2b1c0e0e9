import { createHash } from 'node:crypto'
import { sm2 } from 'sm-crypto-v2'
import type { SignatureSuite } from '@kangbao/shared/contracts/government.ts'
import { hmacHex, isSameText, sha256Hex } from '../signature.ts'

/** What the receiver knows of a sender's key, and how it signs receipts for it. */
export interface ReceiverKey {
  readonly suite: SignatureSuite
  /** Lower-case hex. */
  hash(data: Buffer | string): string
  isSenders(text: string, signature: string): boolean
  seal(text: string): string
}

export function hmacKey(secret: string): ReceiverKey {
  return {
    suite: 'hmac-sha256',
    hash: sha256Hex,
    isSenders: (text, signature) => isSameText(hmacHex(secret, text), signature),
    seal: (text) => hmacHex(secret, text),
  }
}

/** @param keys hex: the sender's public key (04 and the point), and our own private one. */
export function sm2Key(keys: { readonly senderKey: string; readonly privateKey: string }): ReceiverKey {
  const senderKey = keys.senderKey.toLowerCase()
  return {
    suite: 'sm2-sm3',
    hash: (data) => createHash('sm3').update(data).digest('hex'),
    isSenders(text, signature) {
      if (!/^[0-9a-f]{128}$/.test(signature)) return false
      try {
        return sm2.doVerifySignature(text, signature, senderKey, { hash: true })
      } catch {
        return false
      }
    },
    seal: (text) => sm2.doSignature(text, keys.privateKey, { hash: true }),
  }
}

/** A key nobody has: an unknown key id takes as long to refuse as a wrong signature. */
export const nobodysKey = hmacKey('no such key')
