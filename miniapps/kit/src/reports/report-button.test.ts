import { expect, it } from 'vitest'
import type { Report } from '@kangbao/shared/contracts/reports.ts'
import { reportButton, reportNotice } from './report-button.ts'

const report = (state: Report['state'], nextAttemptAt: string | null = null): Report => ({
  id: 'r',
  kind: 'health',
  sequence: 1,
  day: '2026-11-23',
  counts: { totalMembers: 1, collected: 1, notCollected: 0, abnormal: 0, fever: 0 },
  madeAt: '2026-11-23T00:00:00.000Z',
  madeBy: null,
  state,
  attempts: 1,
  nextAttemptAt,
  deliveredAt: null,
  receiptNo: null,
  refusal: null,
})
const at = '2026-11-23T01:00:00.000Z'
const ready = { formId: 'f', inFlight: null, canReport: true, isPreparing: false }

it.each([
  { name: 'something new', standing: ready, sending: false, kind: 'ready' },
  { name: 'nothing new', standing: { ...ready, canReport: false }, sending: false, kind: 'nothing' },
  {
    name: 'list being written',
    standing: { ...ready, canReport: false, isPreparing: true },
    sending: false,
    kind: 'preparing',
  },
  { name: 'form not published', standing: { ...ready, formId: null }, sending: false, kind: 'form-missing' },
  { name: 'tapped', standing: ready, sending: true, kind: 'sending' },
  { name: 'queued', standing: { ...ready, inFlight: report('queued') }, sending: false, kind: 'queued' },
  {
    name: 'retrying',
    standing: { ...ready, inFlight: report('retrying', at) },
    sending: false,
    kind: 'retrying',
  },
])('Z-41: $name → $kind', ({ standing, sending, kind }) => {
  expect(reportButton(standing, sending).kind).toBe(kind)
})

it('Z-43: a retry says when, a refusal is told until another report goes through', () => {
  expect(reportButton({ ...ready, inFlight: report('retrying', at) }, false).retryAt).toBe(at)
  expect(reportNotice(report('refused'))?.kind).toBe('refused')
  expect(reportNotice(report('delivered'))?.kind).toBe('delivered')
  expect(reportNotice(report('queued'))).toBeNull()
  expect(reportNotice(null)).toBeNull()
})
