import { seeded } from '../../demo/city.ts'
import { revisionKey } from '../../support/load.ts'
import { percentile } from './figures.ts'
import { History } from './history.ts'
import type { Answered, LoadPlan, LoadResult } from './load.ts'
import { openLoop, type Answer } from './open-loop.ts'
import { phoneLine } from './phone-line.ts'

// The process behind load(): takes one plan from its parent, sends the result and ends.
process.once('message', (plan) => {
  void run(plan as LoadPlan).then((result) => {
    process.send?.(result)
    process.disconnect()
  })
})

async function run(plan: LoadPlan): Promise<LoadResult> {
  const { phones, perSecond, seconds } = plan
  const random = seeded(plan.seed)
  const line = phoneLine(plan.origin)
  const history = plan.history === null ? null : History.open(plan.history)

  async function send(n: number): Promise<Omit<Answer, 'ms'>> {
    const phone = phones[n % phones.length]
    if (!phone) throw new Error('no phone')
    const { status, retryAfterS, text } = await line.put(phone)
    if (history && status === 200) {
      const { revision, filedAt } = JSON.parse(text) as { revision: number; filedAt: string } // a receipt
      await history.note({
        process: n,
        kind: 'ok',
        what: 'file',
        value: revisionKey(phone.memberId, revision, filedAt),
      })
    }
    return { status, retryAfterS }
  }

  const answers = await openLoop({
    perSecond,
    seconds,
    random,
    send,
    ...(plan.areBackAgain ? { comesBackAfterMs: (answer: Answer) => pauseMs(answer, random()) } : {}),
  })
  history?.close()
  await line.close()
  const with503 = answers.filter(({ status }) => status === 503)
  const accepted = answers.filter(({ status }) => status === 200)
  return {
    all: answered(answers),
    accepted: answered(accepted),
    refused: answered(with503),
    otherwise: countsOf(answers.map(({ status }) => status).filter((status) => ![200, 503].includes(status))),
    refusedWithoutTime: with503.filter(({ retryAfterS }) => !(retryAfterS > 0)).length,
  }
}

/** Up to twice what was asked for; in tenths of a second, of which one timer each is enough for a crowd. */
const pauseMs = ({ retryAfterS }: Answer, chance: number): number =>
  Math.ceil(retryAfterS * (1 + chance) * 10) * 100

function countsOf(statuses: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

function answered(answers: readonly Answer[]): Answered {
  const times = answers.map(({ ms }) => ms)
  return { count: times.length, p99Ms: times.length === 0 ? 0 : Math.round(percentile(times, 0.99)) }
}
