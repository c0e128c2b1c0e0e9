import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kit } from './case.ts'
import { fail } from './expect.ts'
import type { Sender } from './sender.ts'

const longestWaitMs = 60_000
const usualWaitMs = 1_000

/** For one case: its reports are of an organisation of its own, whose name says that it is none. */
export function newKit(sender: Sender): Kit {
  const corpId = `conformance${randomBytes(8).toString('hex')}`
  let sequence = 0
  return {
    sender,
    report(over = {}) {
      sequence += 1
      const now = new Date().toISOString()
      return {
        schema: 'kangbao.report/1',
        reportId: randomUUID(),
        org: { corpId, name: '接口一致性测试（请忽略）' },
        day: now.slice(0, 10),
        sequence,
        madeAt: now,
        automatic: true,
        kind: 'health',
        counts: { totalMembers: 120, collected: 118, notCollected: 2, abnormal: 1, fever: 0 },
        ...over,
      }
    },
    call: (report) => sender.signed(JSON.stringify(report), { idempotencyKey: report.reportId }),
    async deliver(call, line) {
      for (const from = performance.now(); ;) {
        const answer = await sender.send(call, line)
        if (answer.status !== 429 && answer.status !== 503) return answer
        const asked = Number(answer.headers['retry-after'])
        const waitMs = Number.isFinite(asked) ? asked * 1_000 : usualWaitMs
        if (performance.now() - from + waitMs > longestWaitMs)
          fail('within a minute it should have been taken', answer)
        await sleep(waitMs)
      }
    },
  }
}
