import type { Kit, ReceiverCase } from '../case.ts'
import { fail, refused, taken } from '../expect.ts'
import type { Line } from '../sender.ts'

const crowd = 100
const section = 'Idempotency'

/** Sent on a bad line, then once more on a good one: the report counts once. */
async function againAfter({ sender, report, call, deliver }: Kit, line: Line): Promise<void> {
  const sent = call(report())
  await sender.send(sent, line).catch(() => undefined)
  const number = taken(sender, sent, await deliver(sent))
  const repeated = taken(sender, sent, await deliver(sent))
  if (number !== repeated) throw new Error(`two receipts for one report: ${number} and ${repeated}`)
}

export const lines: readonly ReceiverCase[] = [
  {
    name: 'lines/a-slow-body',
    fact: 'a body that takes seconds to arrive is taken',
    section: 'Order and patience',
    async run({ sender, report, call, deliver }) {
      const sent = call(report())
      taken(sender, sent, await deliver(sent, { parts: 8, pauseMs: 250 }))
    },
  },
  {
    name: 'lines/cut-in-the-body',
    fact: 'half a body is nothing: the whole one is taken when it comes',
    section,
    run: (kit) => againAfter(kit, { parts: 4, pauseMs: 20, cut: 'in-body' }),
  },
  {
    name: 'lines/cut-before-the-answer',
    fact: 'a sender that heard no answer sends again, and gets the receipt of the one report',
    section,
    run: (kit) => againAfter(kit, { cut: 'before-answer' }),
  },
  {
    name: 'lines/a-crowd',
    fact: 'of many at once each is taken, or told by 429 or 503 with Retry-After when to come again',
    section: 'The answers',
    async run({ sender, report, call, deliver }) {
      const calls = Array.from({ length: crowd }, () => call(report()))
      const numbers = await Promise.all(
        calls.map(async (sent) => {
          const answer = await sender.send(sent)
          if (answer.status === 429 || answer.status === 503) {
            const asked = String(answer.headers['retry-after'] ?? '')
            if (!/^\d+$/.test(asked) && Number.isNaN(Date.parse(asked)))
              fail('Retry-After should say when to come again', answer)
            return taken(sender, sent, await deliver(sent))
          }
          if (answer.status !== 200) refused(answer, [200, 429, 503])
          return taken(sender, sent, answer)
        }),
      )
      if (new Set(numbers).size !== crowd)
        throw new Error(`${crowd} reports got ${new Set(numbers).size} receipt numbers`)
    },
  },
]
