import { randomUUID } from 'node:crypto'
import { governmentHeaders, governmentTimestampToleranceMs } from '@kangbao/shared/contracts/government.ts'
import type { Kit, ReceiverCase } from '../case.ts'
import { refused, taken } from '../expect.ts'
import type { Call } from '../sender.ts'

const wrong: Readonly<Record<string, (kit: Kit) => Call>> = {
  'a-signature-that-is-none': (kit) => altered(kit, { [governmentHeaders.signature]: '0'.repeat(64) }),
  'no-signature': (kit) => altered(kit, { [governmentHeaders.signature]: '' }),
  'a-body-changed-on-the-way': (kit) => {
    const call = kit.call(kit.report())
    return { ...call, body: call.body.replace('"collected":118', '"collected":120') }
  },
  'a-key-nobody-has': (kit) => altered(kit, { [governmentHeaders.keyId]: 'conformance-unknown' }),
  'a-key-of-another-call': (kit) => altered(kit, { [governmentHeaders.idempotencyKey]: randomUUID() }),
  'the-name-of-another-suite': (kit) =>
    altered(kit, {
      [governmentHeaders.suite]: kit.sender.suite === 'sm2-sm3' ? 'hmac-sha256' : 'sm2-sm3',
    }),
}

function altered(kit: Kit, headers: Record<string, string>): Call {
  const call = kit.call(kit.report())
  return { ...call, headers: { ...call.headers, ...headers } }
}

const overMs = governmentTimestampToleranceMs + 60_000

const unfit: Readonly<Record<string, (kit: Kit) => { readonly reportId: string }>> = {
  'a-count-that-is-missing': (kit) => {
    const report = kit.report()
    return { ...report, counts: { ...report.counts, collected: undefined } }
  },
  'a-count-below-zero': (kit) => {
    const report = kit.report()
    return { ...report, counts: { ...report.counts, abnormal: -1 } }
  },
  'a-count-that-is-text': (kit) => {
    const report = kit.report()
    return { ...report, counts: { ...report.counts, fever: '0' } }
  },
  'a-field-that-is-not-on-the-list': (kit) => ({ ...kit.report(), phone: '13800000000' }),
  'a-kind-that-is-none': (kit) => ({ ...kit.report(), kind: 'other' }),
  'a-schema-that-is-not-known': (kit) => ({ ...kit.report(), schema: 'kangbao.report/99' }),
  'a-day-that-is-none': (kit) => ({ ...kit.report(), day: '2026-3-2' }),
}

const section = 'The answers'

export const refusing: readonly ReceiverCase[] = [
  ...Object.entries(wrong).map(([name, made]): ReceiverCase => ({
    name: `refusing/${name}`,
    fact: 'a call that is not rightly signed is a 401 with signature.invalid',
    section: 'The signature',
    async run(kit) {
      refused(await kit.sender.send(made(kit)), [401], ['signature.invalid'])
    },
  })),
  ...[-overMs, overMs].map((offMs): ReceiverCase => ({
    name: `refusing/a-clock-six-minutes-${offMs < 0 ? 'behind' : 'ahead'}`,
    fact: 'a time more than five minutes off is a 401 with timestamp.out-of-window',
    section: 'The call',
    async run({ sender, report }) {
      const made = report()
      const timestamp = new Date(Date.now() + offMs)
      const call = sender.signed(JSON.stringify(made), { idempotencyKey: made.reportId, timestamp })
      refused(await sender.send(call), [401], ['timestamp.out-of-window'])
    },
  })),
  {
    name: 'refusing/what-is-no-json',
    fact: 'a body that cannot be read is a 400 with report.unreadable',
    section,
    async run({ sender, deliver }) {
      refused(await deliver(sender.signed('{"schema":')), [400], ['report.unreadable'])
    },
  },
  ...Object.entries(unfit).map(([name, made]): ReceiverCase => ({
    name: `refusing/${name}`,
    fact: 'a report that does not fit its schema is a 400 with report.invalid',
    section,
    async run(kit) {
      const report = made(kit)
      const call = kit.sender.signed(JSON.stringify(report), { idempotencyKey: report.reportId })
      refused(await kit.deliver(call), [400, 422], ['report.invalid'])
    },
  })),
  {
    name: 'refusing/a-key-that-is-not-the-report',
    fact: 'the idempotency key is the report’s id, else a 400 with idempotency-key.mismatch',
    section: 'The call',
    async run({ sender, report, deliver }) {
      refused(await deliver(sender.signed(JSON.stringify(report()))), [400], ['idempotency-key.mismatch'])
    },
  },
  {
    name: 'refusing/a-megabyte',
    fact: 'a body far too large is refused, and the receiver goes on',
    section,
    async run({ sender, report, call, deliver }) {
      const huge = sender.signed(JSON.stringify({ ...report(), note: 'x'.repeat(1_000_000) }))
      // Some hang up instead of reading it: that is a refusal too.
      const answer = await deliver(huge).catch(() => null)
      if (answer !== null) refused(answer, [400, 413, 422])
      const usual = call(report())
      taken(sender, usual, await deliver(usual))
    },
  },
  {
    name: 'refusing/what-comes-right-later',
    fact: 'a call refused for its signature has used nothing up: rightly signed, the report is taken',
    section: 'Idempotency',
    async run(kit) {
      const right = kit.call(kit.report())
      const headers = { ...right.headers, [governmentHeaders.signature]: '0'.repeat(64) }
      refused(await kit.sender.send({ ...right, headers }), [401])
      taken(kit.sender, right, await kit.deliver(right))
    },
  },
]
