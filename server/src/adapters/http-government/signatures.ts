import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { sm2 } from 'sm-crypto-v2'
import type { SignatureSuite } from '@kangbao/shared/contracts/government.ts'
import type { Config } from '../../config.ts'

/** How calls are signed, and how the receiver's signature of a receipt is checked. */
export interface Signatures {
  readonly suite: SignatureSuite
  /** Lower-case hex of the suite's hash of a body. */
  digest(body: string): string
  /** Lower-case hex. */
  sign(text: string): string
  /** Whether the receiver signed this text; false for whatever cannot be read. */
  isReceivers(text: string, signature: string): boolean
}

type SignatureConfig = Pick<Config, 'GOVERNMENT_SECRET'> &
  Partial<Pick<Config, 'GOVERNMENT_SIGNATURE' | 'GOVERNMENT_SM2_PRIVATE_KEY' | 'GOVERNMENT_SM2_RECEIVER_KEY'>>

/**
 * The suite the configuration names.
 * @throws Error when the keys it needs are missing or are none.
 */
export function signaturesOf(config: SignatureConfig): Signatures {
  if (config.GOVERNMENT_SIGNATURE !== 'sm2-sm3') return hmacSha256(config.GOVERNMENT_SECRET)
  const { GOVERNMENT_SM2_PRIVATE_KEY: own, GOVERNMENT_SM2_RECEIVER_KEY: receiver } = config
  if (own === undefined || receiver === undefined)
    throw new Error(
      'GOVERNMENT_SIGNATURE sm2-sm3 needs GOVERNMENT_SM2_PRIVATE_KEY and GOVERNMENT_SM2_RECEIVER_KEY',
    )
  try {
    return sm2Sm3(own, receiver)
  } catch (cause) {
    throw new Error('GOVERNMENT_SM2_PRIVATE_KEY or GOVERNMENT_SM2_RECEIVER_KEY is no key of SM2', { cause })
  }
}

/** One secret that both sides know. */
export function hmacSha256(secret: string): Signatures {
  const mac = (text: string) => createHmac('sha256', secret).update(text).digest()
  return {
    suite: 'hmac-sha256',
    digest: (body) => createHash('sha256').update(body).digest('hex'),
    sign: (text) => mac(text).toString('hex'),
    isReceivers(text, signature) {
      const expected = mac(text)
      const given = Buffer.from(signature, 'hex')
      return given.length === expected.length && timingSafeEqual(given, expected)
    },
  }
}

/**
 * GB/T 32918.2 over GB/T 32905, with the identity GM/T 0009 sets for those who agreed on none; a signature is r and s, 32
 * bytes each. Both sides have a key pair, so that neither can sign for the other.
 * @param privateKey 64 hex digits, ours.
 * @param receiverKey 130 hex digits: 04 and the point of the receiver.
 */
export function sm2Sm3(privateKey: string, receiverKey: string): Signatures {
  const publicKey = sm2.getPublicKeyFromPrivateKey(privateKey)
  const receiver = receiverKey.toLowerCase()
  const point = sm2.precomputePublicKey(receiver)
  return {
    suite: 'sm2-sm3',
    digest: (body) => createHash('sm3').update(body).digest('hex'),
    sign: (text) => sm2.doSignature(text, privateKey, { hash: true, publicKey }),
    isReceivers(text, signature) {
      if (!/^[0-9a-f]{128}$/.test(signature)) return false
      try {
        // The hash binds the key, the point checks it: worked out once for all receipts.
        return sm2.doVerifySignature(text, signature, point, { hash: true })
      } catch {
        return false
      }
    },
  }
}
