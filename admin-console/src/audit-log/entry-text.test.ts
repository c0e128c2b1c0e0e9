import { describe, expect, it } from 'vitest'
import { messages } from '../kit/texts.ts'
import { faultKey } from './fault-text.ts'

describe('S-46: words of the audit log', () => {
  it('are there for every fault the verification can name', () => {
    for (const kind of [
      'row-changed',
      'shorter-than-anchored',
      'anchor-missing',
      'something of a later version',
    ]) {
      const name = faultKey(kind).replace('audit.', '')
      for (const texts of Object.values(messages)) expect(Object.keys(texts.audit)).toContain(name)
    }
  })
})
