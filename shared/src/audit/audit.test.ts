import { describe, expect, it } from 'vitest'
import { reads } from '../contracts/audit-declaration.ts'
import { auditActionNames, auditActionText, auditActions, keepDaysOf } from './actions.ts'
import { subjectOf } from './subject.ts'

const [a, b] = ['01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c', '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2d']

describe('S-46: what a route says of itself', () => {
  const audit = reads('completeness.people-read', {
    object: 'form:{formId}/{period}/{response.kind}',
    people: ['response.items.memberId', 'body.ids', 'params.memberId'],
    detail: ['query.state', 'query.search.x', 'query.facet', 'query.list'],
  })
  it('is read from the call: object, people of every list, details that are there', () => {
    if (audit.kind !== 'reads') throw new Error('declared as a read')
    expect(
      subjectOf(audit, {
        params: { formId: 'f', period: 'once' },
        query: { state: 'missing', facet: 3 },
        body: { ids: [a, '王小明'] },
        response: { kind: 'k', items: [{ memberId: a }, { memberId: b }, {}] },
      }),
    ).toEqual({ object: 'form:f/once/k', people: [a, b], detail: { state: 'missing', facet: 3 } })
  })
  it('is empty where the call has nothing', () => {
    if (audit.kind !== 'reads') throw new Error('declared as a read')
    const none = { params: undefined, query: null, body: undefined, response: new Uint8Array(1) }
    expect(subjectOf(audit, none)).toEqual({ object: 'form://', people: [], detail: {} })
  })
})

describe('S-46: actions', () => {
  it('have a name in both languages and are kept half a year, records of processing three', () => {
    for (const name of auditActionNames) {
      expect(name).toMatch(/^[a-z-]+\.[a-z-]+$/)
      expect(auditActions[name]['zh-CN']).toMatch(/\p{Script=Han}/u)
      expect(auditActions[name].en).toMatch(/^[A-Z]/)
    }
    expect(new Set(auditActionNames.map((name) => auditActionText(name, 'zh-CN'))).size).toBe(
      auditActionNames.length,
    )
    expect(keepDaysOf('submission.read')).toBe(183)
    expect(keepDaysOf('report.sent')).toBeGreaterThanOrEqual(3 * 365)
    expect(auditActionText('gone.long-ago', 'en')).toBe('gone.long-ago')
  })
})
