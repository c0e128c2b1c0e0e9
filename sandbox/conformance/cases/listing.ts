import { Value } from 'typebox/value'
import {
  GovernmentTakenPage,
  governmentHeaders,
  governmentTakenTarget,
  type GovernmentTakenReport,
} from '@kangbao/shared/contracts/government.ts'
import type { Kit, ReceiverCase } from '../case.ts'
import { fail, parsed, refused, taken } from '../expect.ts'

const section = 'The list of receipts'
const mostPages = 200

/** The line of one report on the list of its day; undefined when it is not there, null when no list is kept. */
async function lineOf(
  { sender, deliver }: Kit,
  day: string,
  reportId: string,
): Promise<GovernmentTakenReport | undefined | null> {
  let after: string | null = null
  for (let page = 0; page < mostPages; page += 1) {
    const call = sender.asking(governmentTakenTarget(day, after))
    const answer = await deliver(call)
    if (answer.status === 404) return null
    if (answer.status !== 200) fail('a page of the list should have come', answer)
    const list = parsed(answer)
    if (!Value.Check(GovernmentTakenPage, list)) fail('the list has another shape', answer)
    if (!sender.isSealed(call, answer)) fail('the list is not signed, or not for this call', answer)
    const line = list.items.find((item) => item.reportId === reportId)
    if (line) return line
    if (list.next === null) return undefined
    after = list.next
  }
  throw new Error(`after ${mostPages} pages the list has not ended`)
}

export const listing: readonly ReceiverCase[] = [
  {
    name: 'listing/what-was-taken',
    fact: 'a report that was taken stands on the list of its day as it was sent, if a list is kept',
    section,
    async run(kit) {
      const made = kit.report()
      const sent = kit.call(made)
      const receiptNo = taken(kit.sender, sent, await kit.deliver(sent))
      const line = await lineOf(kit, made.day, made.reportId)
      if (line === null) return
      const { reportId, kind, day, sequence } = made
      const expected = {
        reportId,
        corpId: made.org.corpId,
        kind,
        day,
        sequence,
        bodyHash: kit.sender.hash(sent.body),
        receiptNo,
      }
      if (!line || !Value.Equal(Value.Clean(GovernmentTakenPage.properties.items.items, line), expected))
        throw new Error(`the list says ${JSON.stringify(line) ?? 'nothing'}, not ${JSON.stringify(expected)}`)
    },
  },
  {
    name: 'listing/an-unsigned-question',
    fact: 'the list is shown to nobody whose call is not rightly signed',
    section,
    async run({ sender, report, deliver }) {
      const call = sender.asking(governmentTakenTarget(report().day, null))
      const headers = { ...call.headers, [governmentHeaders.signature]: '0'.repeat(64) }
      refused(await deliver({ ...call, headers }), [401, 404])
    },
  },
]
