import { createCipheriv, createDecipheriv } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import {
  CallbackCryptoError,
  decryptCallback,
  encryptCallback,
  signCallback,
  type CallbackEnvelope,
} from './crypto.ts'

const ours = {
  token: 'testtoken',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE',
  ownerKey: 'suitetestkey0001',
}
const ourEnvelope = { timestamp: '1700000000000', nonce: 'nonce00000000001' }

const published = [
  {
    name: 'V1',
    keys: {
      token: '123456',
      aesKey: '1234567890123456789012345678901234567890123',
      ownerKey: 'dingsnotzck6pm5veliw',
    },
    envelope: {
      signature: '9a95a004dd16f5c307e849b994173f76aa26e5eb',
      timestamp: '1614767836',
      nonce: 'A7Co0cJLMzIDtMMI',
      encrypt: 'YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==',
    },
    plain: 'success',
    random: 'dICkEDLj0eb6yAbc',
  },
  {
    name: 'V2',
    keys: {
      token: '123456',
      aesKey: '4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij',
      ownerKey: 'suite4xxxxxxxxxxxxxxx',
    },
    envelope: {
      signature: '5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0',
      timestamp: '1445827045067',
      nonce: 'nEXhMP4r',
      encrypt:
        '1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUBmfxjZ8Ej23JVYa9VrYeJ5as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSBdHlegK+AGGanfwjXuQ9+0pZcy0w9lQ==',
    },
    plain:
      '{"EventType":"check_create_suite_url","Random":"LPIdSnlF","TestSuiteKey":"suite4xxxxxxxxxxxxxxx"}',
  },
  {
    name: 'V3',
    keys: {
      token: 'mryue',
      aesKey: 'Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7',
      ownerKey: 'ding6ccabc44d2c8d38b',
    },
    envelope: {
      signature: '03044561471240d4a14bb09372dfcfd4fd0e40cb',
      timestamp: '1608001896814',
      nonce: 'WL4PK6yA',
      encrypt:
        '0vJiX6vliEpwG3U45CtXqi+m8PXbQRARJ8p8BbDuD1EMTDf0jKpQ79QS93qEk7XHpP6u+oTTrd15NRPvNvmBKyDCYxxOK+HZeKju4yhELOFchzNukR+t8SB/qk4ROMu3',
    },
    plain: '{"EventType":"check_url"}',
  },
] as const

const deterministic = [
  {
    name: 'A',
    plain: 'success',
    signature: '4ca965689d59a8d5036f00700ae45518590e8ffb',
    encrypt: 'Q3stYC6hdFzMh9T8HCvyDPAbTGLFm5iluwoG/I4nbG1/XWMiXFFGXvbWPB39G3pnYFfeFDcgAcZz+otNlli8jg==',
  },
  {
    name: 'B',
    plain: '{"EventType":"check_create_suite_url","Random":"brdkKLMW","TestSuiteKey":"suitetestkey0001"}',
    signature: '42118933bf949a7892a52900178876e93fc149e0',
    encrypt:
      'Q3stYC6hdFzMh9T8HCvyDDMntdvoKG01i6pRQzoE+bChMbiZchR6HaA/PwiSJvks5gJuJb2iS1M/ymEZyymbYq3R5Gq/2N57quwRC4e3UmN1SH33k3oqHviktMnsooVoLZDQd/5pU54R/ALsFlLLa8iOY8V8kao/AAik1pZ9idU6sDfgguxxcPEerveXVYsf6mHowvny6UJad58EACRgcw==',
  },
  {
    name: 'C',
    plain: '{"EventType":"org_dept_modify","DeptName":"研发部"}',
    signature: '525930047017012d4f9f10d886d6c8911904e21f',
    encrypt:
      'Q3stYC6hdFzMh9T8HCvyDPL5/80q5gE6IB+VOJH94e96oatmR8zNxa4kt1032L3iRHV9tEl3buzOtQMKd2L+VIz1DVqW3/Io+yXW4Lzw97Iz7a6uugLah7a5muVA1A9q',
  },
] as const

describe('Z-20: the callback crypto is the platform’s', () => {
  it.each(published)('reads the published vector $name', ({ keys, envelope, plain }) => {
    expect(decryptCallback(keys, envelope)).toBe(plain)
  })

  it.each(published)('signs the published vector $name alike', ({ keys, envelope }) => {
    const { timestamp, nonce, encrypt, signature } = envelope
    expect(signCallback(keys.token, timestamp, nonce, encrypt)).toBe(signature)
  })

  it.each(published)('writes the published vector $name byte for byte, given its random part', (vector) => {
    const random =
      'random' in vector ? Buffer.from(vector.random) : randomOf(vector.keys.aesKey, vector.envelope)
    expect(encryptCallback(vector.keys, vector.plain, { ...vector.envelope, random })).toEqual(
      vector.envelope,
    )
  })

  it('S-26: all of them', () => {
    const theirs = published.filter(({ keys, envelope, plain }) => decryptCallback(keys, envelope) !== plain)
    const own = deterministic.filter(
      ({ plain, signature, encrypt }) =>
        decryptCallback(ours, { ...ourEnvelope, signature, encrypt }) !== plain,
    )
    const n = published.length + deterministic.length
    const value = theirs.length + own.length
    figure({ id: 'S-26', n, value, unit: 'vectors that disagree', target: '=0', ok: value === 0 })
    expect(value).toBe(0)
  })

  it.each(deterministic)('writes and reads vector $name', ({ plain, signature, encrypt }) => {
    const random = Buffer.from('0123456789abcdef')
    const envelope = encryptCallback(ours, plain, { ...ourEnvelope, random })
    expect(envelope).toEqual({ ...ourEnvelope, signature, encrypt })
    expect(decryptCallback(ours, envelope)).toBe(plain)
  })
})

describe('S-25: a callback is refused at the first step that fails', () => {
  const good = encryptCallback(ours, 'success', { timestamp: '1700000000000' })

  it('refuses another signature before it decrypts', () => {
    const forged = { ...good, signature: good.signature.replace(/^./, (c) => (c === '0' ? '1' : '0')) }
    expect(stepOf(forged)).toBe('signature')
    expect(stepOf({ ...good, signature: '' })).toBe('signature')
    expect(stepOf({ ...good, encrypt: '' })).toBe('signature')
  })

  const broken: [string, Buffer | string, string][] = [
    ['ciphertext that is no whole block', Buffer.alloc(17), 'cipher'],
    ['nothing', Buffer.alloc(0), 'cipher'],
    ['padding 0', sealed(Buffer.alloc(64)), 'padding'],
    ['padding 33', sealed(Buffer.concat([Buffer.alloc(95), Buffer.from([33])])), 'padding'],
    ['only padding', sealed(Buffer.alloc(32, 32)), 'padding'],
    ['a length beyond the end', sealed(framed(0xffffffff)), 'length'],
    [
      'another owner',
      encryptCallback({ ...ours, ownerKey: 'suiteother' }, 'success', ourEnvelope).encrypt,
      'owner',
    ],
    ['no owner', encryptCallback({ ...ours, ownerKey: '' }, 'success', ourEnvelope).encrypt, 'owner'],
  ]
  const stepWhenSigned = (ciphertext: Buffer | string) => {
    const encrypt = typeof ciphertext === 'string' ? ciphertext : ciphertext.toString('base64')
    const signature = signCallback(ours.token, ourEnvelope.timestamp, ourEnvelope.nonce, encrypt)
    return stepOf({ ...ourEnvelope, encrypt, signature })
  }
  it.each(broken)('refuses %s', (_what, ciphertext, step) => {
    expect(stepWhenSigned(ciphertext)).toBe(step)
  })

  it('in this order, whatever else is wrong as well', () => {
    const wrong = broken.filter(([, ciphertext, step]) => stepWhenSigned(ciphertext) !== step)
    const unsigned = broken.filter(([, ciphertext]) => {
      const encrypt = typeof ciphertext === 'string' ? ciphertext : ciphertext.toString('base64')
      return stepOf({ ...ourEnvelope, encrypt, signature: good.signature }) !== 'signature'
    })
    const value = wrong.length + unsigned.length
    figure({
      id: 'S-25',
      n: 2 * broken.length,
      value,
      unit: 'steps out of order',
      target: '=0',
      ok: value === 0,
    })
    expect(value).toBe(0)
  })

  it('takes padding to 16 as one official sample makes it', () => {
    const frame = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from([0, 0, 0, 7]),
      Buffer.from('success'),
      Buffer.from(ours.ownerKey),
    ])
    const pad = 16 - (frame.length % 16)
    const encrypt = sealed(Buffer.concat([frame, Buffer.alloc(pad, pad)])).toString('base64')
    const signature = signCallback(ours.token, ourEnvelope.timestamp, ourEnvelope.nonce, encrypt)
    expect(decryptCallback(ours, { ...ourEnvelope, encrypt, signature })).toBe('success')
  })
})

function stepOf(envelope: CallbackEnvelope): string {
  try {
    decryptCallback(ours, envelope)
    return 'accepted'
  } catch (error) {
    return error instanceof CallbackCryptoError ? error.step : String(error)
  }
}

function framed(length: number): Buffer {
  const head = Buffer.alloc(64 - 1)
  head.writeUInt32BE(length, 16)
  return Buffer.concat([head, Buffer.from([1])])
}

function sealed(plain: Buffer): Buffer {
  const key = Buffer.from(`${ours.aesKey}=`, 'base64')
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(plain), cipher.final()])
}

/** The random head of a published vector: the first block, opened with its key. */
function randomOf(aesKey: string, { encrypt }: { encrypt: string }): Buffer {
  const key = Buffer.from(`${aesKey}=`, 'base64')
  return firstBlock(key, Buffer.from(encrypt, 'base64').subarray(0, 16))
}

function firstBlock(key: Buffer, block: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([decipher.update(block), decipher.final()])
}
