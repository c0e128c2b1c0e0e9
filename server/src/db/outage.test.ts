import { describe, expect, it } from 'vitest'
import { isOutage } from './outage.ts'

const withCode = (code: string) => Object.assign(new Error('failed'), { code })

describe('R-05: a database that is away is told from a fault of ours', () => {
  it.each(['57P01', '57P03', '53300', '08006', 'ECONNREFUSED', 'EPIPE'])('%s passes', (code) => {
    expect(isOutage(withCode(code))).toBe(true)
    expect(isOutage(new Error('Failed query', { cause: withCode(code) }))).toBe(true)
  })

  it('knows what the driver says in words', () => {
    expect(isOutage(new Error('Connection terminated unexpectedly'))).toBe(true)
  })

  it.each(['23505', '42601', '22P02'])('%s does not', (code) => {
    expect(isOutage(withCode(code))).toBe(false)
  })

  it('is not fooled by what is no error', () => expect(isOutage({ code: '57P01' })).toBe(false))
})
