import { readFileSync } from 'node:fs'
import { sm2 } from 'sm-crypto-v2'
import { describe, expect, it } from 'vitest'
import { governmentReceiptTextToSign, governmentTextToSign } from '@kangbao/shared/contracts/government.ts'
import { signaturesOf, sm2Sm3 } from './signatures.ts'

/** Key pair and signature of GB/T 32918.5, annex A.2. */
const standard = {
  privateKey: '3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8',
  publicKey:
    '0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020' +
    'CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13',
  text: 'message digest',
  signature:
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
    'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
}

describe('Z-44, S-98: the suite of GB/T 32918 and GB/T 32905', () => {
  const ours = sm2.generateKeyPairHex()
  const signatures = sm2Sm3(ours.privateKey, standard.publicKey)

  it('hashes and verifies as the standards do', () => {
    expect(signatures.digest('abc')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0')
    expect(signatures.isReceivers(standard.text, standard.signature)).toBe(true)
  })

  it('signs so that the receiver can check it, each time anew', () => {
    const [one, other] = [signatures.sign('text'), signatures.sign('text')]
    expect(one).toMatch(/^[0-9a-f]{128}$/)
    expect(one).not.toBe(other)
    const receiver = sm2Sm3(standard.privateKey, ours.publicKey)
    for (const signature of [one, other]) expect(receiver.isReceivers('text', signature)).toBe(true)
    expect(receiver.isReceivers('another text', one)).toBe(false)
  })

  it.each([
    ['nothing', ''],
    ['no hex', 'z'.repeat(128)],
    ['zeros', '0'.repeat(128)],
    ['numbers above the order', 'f'.repeat(128)],
    ['half', standard.signature.slice(0, 64)],
    ['too much', `${standard.signature}00`],
    ['ours', signatures.sign(standard.text)],
  ])('takes %s for no signature', (_what, signature) => {
    expect(signatures.isReceivers(standard.text, signature)).toBe(false)
  })

  it('is refused at the start without its keys, or with what is no key', () => {
    const config = { GOVERNMENT_SECRET: 'x'.repeat(16), GOVERNMENT_SIGNATURE: 'sm2-sm3' } as const
    expect(() => signaturesOf(config)).toThrow('needs')
    const keys = {
      GOVERNMENT_SM2_PRIVATE_KEY: ours.privateKey,
      GOVERNMENT_SM2_RECEIVER_KEY: `04${'1'.repeat(128)}`,
    }
    expect(() => signaturesOf({ ...config, ...keys })).toThrow('is no key of SM2')
    expect(signaturesOf({ GOVERNMENT_SECRET: 'x'.repeat(16) }).suite).toBe('hmac-sha256')
  })
})

it('the SM2 example of docs/government-api.md is right', () => {
  const page = readFileSync(new URL('../../../../docs/government-api.md', import.meta.url), 'utf8')
  const value = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(page)?.[1] ?? `no ${name}`
  const keyId = value('key id')
  const idempotencyKey = value('idempotency-key')
  const receiver = sm2Sm3(standard.privateKey, value('sender’s public key'))
  expect(sm2.getPublicKeyFromPrivateKey(value('sender’s private key'))).toBe(value('sender’s public key'))
  const bodyHash = receiver.digest(value('body'))
  expect(value('SM3 of the body')).toBe(bodyHash)
  const text = governmentTextToSign({ keyId, timestamp: value('timestamp'), idempotencyKey, bodyHash })
  expect(receiver.isReceivers(text, value('SM2 signature'))).toBe(true)
  const sender = sm2Sm3(value('sender’s private key'), value('receiver’s public key'))
  const answer = '{"receiptNo":"R-1","status":"accepted"}'
  const receiptText = governmentReceiptTextToSign({ keyId, idempotencyKey, bodyHash: sender.digest(answer) })
  expect(sender.isReceivers(receiptText, value('SM2 receipt signature'))).toBe(true)
})
