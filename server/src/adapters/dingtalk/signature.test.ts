import { describe, expect, it } from 'vitest'
import { pageSignature, signableUrl, signedQuery, suiteSignature } from './signature.ts'

describe('signatures to the platform', () => {
  it('signs calls with the suite secret as the fact sheet’s vector says', () => {
    const signature = suiteSignature('testsuitesecret0001', '1700000000000', 'testSuiteTicket0001')
    expect(signature).toBe('MS47HqgRlDzTatdQjJfz0byB/JOiL4bgp/lCKyhoh6Q=')
    const suite = { suiteKey: 'suitekey', suiteSecret: 'testsuitesecret0001' }
    const query = new URLSearchParams(signedQuery(suite, 'testSuiteTicket0001', 1_700_000_000_000)).toString()
    expect(query).toContain('signature=MS47HqgRlDzTatdQjJfz0byB%2FJOiL4bgp%2FlCKyhoh6Q%3D')
  })

  const page = { ticket: 'testjsapiticket0001', nonce: 'nonce00000000001', timestamp: '1700000000000' }
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
  ])('signs %s for dd.config', (url, sha1, sha256) => {
    expect(pageSignature({ ...page, url }, 'sha1')).toBe(sha1)
    expect(pageSignature({ ...page, url })).toBe(sha256)
    expect(pageSignature({ ...page, url: `${encodeURI(url)}#/inner` })).toBe(sha256)
  })

  it.each([
    ['https://a.b/x%20y?q=1+2&n=%E7%A0%94#h', 'https://a.b/x%20y?q=1 2&n=研'],
    ['https://a.b/#only', 'https://a.b/'],
    ['https://a.b/?bad=%', 'https://a.b/?bad=%'],
  ])('%s is signed as %s', (url, signable) => {
    expect(signableUrl(url)).toBe(signable)
  })
})
