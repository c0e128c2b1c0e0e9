import type { GovernmentReport } from '@kangbao/shared/contracts/government.ts'
import type { ReceiverCase } from '../case.ts'
import { refused, taken } from '../expect.ts'

const atOnce = 5

export const taking: readonly ReceiverCase[] = [
  {
    name: 'taking/a-report',
    fact: 'a report that is right is answered with a signed receipt',
    section: 'The answers',
    async run({ sender, report, call, deliver }) {
      const sent = call(report())
      taken(sender, sent, await deliver(sent))
    },
  },
  {
    name: 'taking/the-other-kind',
    fact: 'employment reports are taken as health reports are',
    section: 'The call',
    async run({ sender, report, call, deliver }) {
      const { kind: _kind, counts: _counts, ...rest } = report()
      const employment: GovernmentReport = {
        ...rest,
        kind: 'employment',
        counts: { totalMembers: 120, registered: 90, registeredNew: 4, notRegistered: 30 },
      }
      const sent = call(employment)
      taken(sender, sent, await deliver(sent))
    },
  },
  {
    name: 'taking/names-of-every-kind',
    fact: 'bodies are UTF-8, and what is signed are their bytes',
    section: 'The signature',
    async run({ sender, report, call, deliver }) {
      const made = report()
      const sent = call({ ...made, org: { ...made.org, name: '郑州𠮷祥“测试” & <公司>\u2028😷' } })
      taken(sender, sent, await deliver(sent))
    },
  },
  {
    name: 'taking/the-same-again',
    fact: 'a key that was taken is answered with the same receipt',
    section: 'Idempotency',
    async run({ sender, report, call, deliver }) {
      const made = report()
      const first = call(made)
      const number = taken(sender, first, await deliver(first))
      // Signed anew, as every try is.
      const second = call(made)
      same(number, taken(sender, second, await deliver(second)))
    },
  },
  {
    name: 'taking/the-same-at-once',
    fact: 'of tries that arrive together one is counted, and all get its receipt',
    section: 'Idempotency',
    async run({ sender, report, call, deliver }) {
      const sent = call(report())
      const answers = await Promise.all(Array.from({ length: atOnce }, () => deliver(sent)))
      const [first = '', ...others] = answers.map((answer) => taken(sender, sent, answer))
      for (const other of others) same(first, other)
    },
  },
  {
    name: 'taking/another-body-under-a-known-key',
    fact: 'another body under a known key is a 409, and changes nothing',
    section: 'Idempotency',
    async run({ sender, report, call, deliver }) {
      const made = report()
      const first = call(made)
      const number = taken(sender, first, await deliver(first))
      refused(
        await deliver(call({ ...made, sequence: made.sequence + 7 })),
        [409],
        ['idempotency-key.reused'],
      )
      same(number, taken(sender, first, await deliver(first)))
    },
  },
  {
    name: 'taking/a-later-one-first',
    fact: 'reports are taken in whatever order they arrive',
    section: 'Order and patience',
    async run({ sender, report, call, deliver }) {
      const [one, two] = [call(report()), call(report())]
      const later = taken(sender, two, await deliver(two))
      const earlier = taken(sender, one, await deliver(one))
      if (later === earlier) throw new Error(`two reports got one receipt number: ${later}`)
    },
  },
  {
    name: 'taking/a-stale-one',
    fact: 'an older report of the day that comes late is taken or refused for good, never kept waiting',
    section: 'The call',
    async run({ sender, report, call, deliver }) {
      const newest = call(report({ sequence: 9 }))
      const number = taken(sender, newest, await deliver(newest))
      const stale = report({ sequence: 4, madeAt: new Date(Date.now() - 3_600_000).toISOString() })
      const answer = await deliver(call(stale))
      if (answer.status !== 200) refused(answer, [409, 422])
      same(number, taken(sender, newest, await deliver(newest)))
    },
  },
]

function same(first: string, second: string): void {
  if (first !== second) throw new Error(`two receipts for one report: ${first} and ${second}`)
}
