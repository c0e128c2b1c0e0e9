import { describe, expect, it } from 'vitest'
import { unmasked } from '@kangbao/shared/identity/unmasked.ts'
import { scanReply } from './response-scan.ts'

const list = { method: 'GET', path: '/members' }

describe('S-36: the scanner of replies', () => {
  it.each([
    ['{"answers":{"id-number":"410105199001011233"}}', 1],
    ['{"phone":"13800002222"}', 1],
    ['身份证410105199001011233，手机13800002222', 2],
    ['{"id-number":"41**************33","phone":"138****2222"}', 0],
    ['{"id-number":"410105199001011234"}', 0], // its check digit is wrong
    ['{"id":"01938f6e-3c2a-7c3e-9a55-138000022221","at":"1772416800000"}', 0],
  ])('%s: %i', (text, count) => expect(unmasked(text)).toHaveLength(count))

  it('stops a test whose reply shows one, except on the routes that may', () => {
    const text = '{"value":"13800002222"}'
    expect(() => scanReply(list, text)).toThrow(/unmasked/)
    expect(() => scanReply({ method: 'GET', path: '/forms/:formId/filling' }, text)).not.toThrow()
  })
})
