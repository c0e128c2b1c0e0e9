import { describe, expect, it } from 'vitest'
import { advisoriesIn, judgeAudit, type Advisory } from './audit.ts'
import { auditExceptions } from './policy.ts'

const advisory = (id: string, severity: string): Advisory => ({ id, severity, package: 'x', title: 'a hole' })
const found = [advisory('GHSA-1', 'critical'), advisory('GHSA-2', 'high'), advisory('GHSA-3', 'moderate')]
const exception = (more: object = {}) => ({
  advisory: 'GHSA-2',
  reason: 'only its command line is concerned, which nothing calls',
  since: '2026-11-01',
  until: '2026-11-30',
  ...more,
})

describe('S-92: what the audit found', () => {
  it('leaves high and critical ones open unless excepted for a while', () => {
    expect(judgeAudit(found, [], '2026-11-28').open.map(({ id }) => id)).toEqual(['GHSA-1', 'GHSA-2'])
    const verdict = judgeAudit(found, [exception()], '2026-11-28')
    expect(verdict).toEqual({ open: [found[0]], badExceptions: [] })
  })

  it.each([
    ['over', {}, '2026-12-01', /over since/],
    ['too long', { until: '2026-12-24' }, '2026-11-28', /not within 30 days/],
    ['begun in the future', { since: '2026-11-29' }, '2026-11-28', /not within/],
    ['without a reason', { reason: 'later' }, '2026-11-28', /no reason/],
    ['about nothing', { advisory: 'GHSA-9' }, '2026-11-28', /no longer found/],
  ])('refuses an exception that is %s', (_, more, today, fault) => {
    expect(judgeAudit(found, [exception(more)], today).badExceptions).toEqual([expect.stringMatching(fault)])
  })

  it('has no exception that is over or too long', () => {
    const today = new Date().toISOString().slice(0, 10)
    const all = auditExceptions.map(({ advisory: id }) => advisory(id, 'high'))
    expect(judgeAudit(all, auditExceptions, today).badExceptions).toEqual([])
  })

  it('reads the report, and takes nothing else for one', () => {
    const report = {
      advisories: {
        7: { github_advisory_id: 'GHSA-7', module_name: 'y', severity: 'high', title: 't' },
        8: {},
      },
    }
    expect(advisoriesIn(JSON.stringify(report))).toEqual([
      { id: 'GHSA-7', package: 'y', severity: 'high', title: 't' },
      { id: '8', package: '', severity: 'critical', title: '' },
    ])
    expect(advisoriesIn('{"advisories":{}}')).toEqual([])
    for (const text of ['', 'ERR_PNPM_AUDIT_BAD_RESPONSE', '{"error":{"code":"E"},"advisories":{}}', '[]'])
      expect(advisoriesIn(text)).toBeUndefined()
  })
})
