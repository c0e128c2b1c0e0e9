import { expect, it } from 'vitest'
import type { Form } from '@kangbao/shared/contracts/forms.ts'
import { draftFor, requestOf } from './export-request.ts'

const form = (period: Form['period']) => ({ period }) as Form // all the draft reads of it
const chinese = { locale: 'zh-CN', departmentId: 3 } as const

it.each([
  ['day', '2026-03-02', ['2026-03-02', '2026-03-02']],
  ['month', '2026-02', ['2026-02-01', '2026-02-28']],
  ['month', '2026-12', ['2026-12-01', '2026-12-31']],
  ['year', '2026', ['2026-01-01', '2026-12-31']],
  ['once', 'once', null],
] as const)('Z-36: an export of a %s begins with the whole of %s', (kind, period, days) => {
  expect(draftFor(form(kind), period).days).toEqual(days)
})

it('Z-36: a request names nothing that does not belong to its shape', () => {
  const draft = {
    ...draftFor(form('day'), '2026-03-02'),
    abnormalOnly: true,
    fields: ['a'],
    cell: 'b',
    isInDepartment: true,
  }
  const days = { from: '2026-03-02', to: '2026-03-02', format: 'xlsx', locale: 'zh-CN', departmentId: 3 }
  expect(requestOf(draft, chinese)).toEqual({ ...days, shape: 'table', abnormalOnly: true, fields: ['a'] })
  expect(requestOf({ ...draft, shape: 'matrix' }, chinese)).toEqual({ ...days, shape: 'matrix', cell: 'b' })
})
