import { expect, it } from 'vitest'
import { decryptCallback, encryptCallback, signCallback } from './callback.ts'
import { signPage, signSuiteCall, isPageSignature } from './signatures.ts'

const own = {
  token: 'testtoken',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE',
  ownerKey: 'suitetestkey0001',
}
const given = {
  timestamp: '1700000000000',
  nonce: 'nonce00000000001',
  random: Buffer.from('0123456789abcdef'),
}

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
]

const deterministic = [
  {
    name: 'A',
    plain: 'success',
    encrypt: 'Q3stYC6hdFzMh9T8HCvyDPAbTGLFm5iluwoG/I4nbG1/XWMiXFFGXvbWPB39G3pnYFfeFDcgAcZz+otNlli8jg==',
    signature: '4ca965689d59a8d5036f00700ae45518590e8ffb',
  },
  {
    name: 'B',
    plain: '{"EventType":"check_create_suite_url","Random":"brdkKLMW","TestSuiteKey":"suitetestkey0001"}',
    encrypt:
      'Q3stYC6hdFzMh9T8HCvyDDMntdvoKG01i6pRQzoE+bChMbiZchR6HaA/PwiSJvks5gJuJb2iS1M/ymEZyymbYq3R5Gq/2N57quwRC4e3UmN1SH33k3oqHviktMnsooVoLZDQd/5pU54R/ALsFlLLa8iOY8V8kao/AAik1pZ9idU6sDfgguxxcPEerveXVYsf6mHowvny6UJad58EACRgcw==',
    signature: '42118933bf949a7892a52900178876e93fc149e0',
  },
  {
    name: 'C',
    plain: '{"EventType":"org_dept_modify","DeptName":"研发部"}',
    encrypt:
      'Q3stYC6hdFzMh9T8HCvyDPL5/80q5gE6IB+VOJH94e96oatmR8zNxa4kt1032L3iRHV9tEl3buzOtQMKd2L+VIz1DVqW3/Io+yXW4Lzw97Iz7a6uugLah7a5muVA1A9q',
    signature: '525930047017012d4f9f10d886d6c8911904e21f',
  },
]

it.each(published)('Z-20: published vector $name verifies and decrypts', ({ keys, envelope, plain }) => {
  expect(decryptCallback(keys, envelope)).toBe(plain)
})

it.each(deterministic)('Z-20: vector $name both ways', ({ plain, encrypt, signature }) => {
  const sealed = encryptCallback(own, plain, given)
  expect(sealed).toEqual({ encrypt, signature, timestamp: given.timestamp, nonce: given.nonce })
  expect(decryptCallback(own, sealed)).toBe(plain)
})

it('Z-20: a changed signature, key or owner is refused', () => {
  const sealed = encryptCallback(own, 'success', given)
  expect(() => decryptCallback(own, { ...sealed, nonce: 'other' })).toThrow('signature')
  expect(() => decryptCallback({ ...own, ownerKey: 'other' }, sealed)).toThrow('owner')
  const key = `B${own.aesKey.slice(1)}`
  expect(() => decryptCallback({ ...own, aesKey: key }, sealed)).toThrow()
  expect(signCallback('b', 'a', 'd', 'c')).toBe(signCallback('a', 'b', 'c', 'd'))
})

it('Z-21: signature of get_corp_token', () => {
  expect(signSuiteCall('testsuitesecret0001', '1700000000000', 'testSuiteTicket0001')).toBe(
    'MS47HqgRlDzTatdQjJfz0byB/JOiL4bgp/lCKyhoh6Q=',
  )
})

it.each([
  [
    'https://isv.example.com/h5/index.html?corpid=dingtestcorp0001',
    '9e37fc2d392d6e3897b79588421cc78b46168ff0',
    'c312df62316c7366f08b30bc29c3c60c75fc55ef47a7d0955857bdf89700f226',
  ],
  [
    'https://isv.example.com/h5/index.html?dept=研发部',
    'b7c5c76e735f8ea96addf28b94bc13955bbddc49',
    'f645a28d8c7a4fd4561866c9a115bba0358e82fdccc3e32a25242cc421390113',
  ],
  [
    'https://isv.example.com/h5/index.html?dept=%E7%A0%94%E5%8F%91%E9%83%A8#/home',
    'b7c5c76e735f8ea96addf28b94bc13955bbddc49',
    'f645a28d8c7a4fd4561866c9a115bba0358e82fdccc3e32a25242cc421390113',
  ],
])('Z-08: dd.config signature of %s', (href, sha1, sha256) => {
  const page = { ticket: 'testjsapiticket0001', nonce: 'nonce00000000001', timestamp: '1700000000000', href }
  expect([signPage(page, 'sha1'), signPage(page, 'sha256')]).toEqual([sha1, sha256])
  expect([sha1, sha256].every((signature) => isPageSignature(signature, page))).toBe(true)
  expect(isPageSignature(sha1.replace(/./, 'f'), page)).toBe(false)
})
