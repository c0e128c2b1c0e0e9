import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from './nemesis.ts'

export interface Answer {
  readonly status: number
  /** What a refusal said of when to come back; 0 when it said nothing. */
  readonly retryAfterS: number
  /** From the moment it was due, whether or not it could be sent then: waiting in the driver counts. */
  readonly ms: number
}

export interface OpenLoop {
  readonly perSecond: number
  readonly seconds: number
  readonly random: Random
  readonly send: (n: number) => Promise<Omit<Answer, 'ms'>>
  /** When one that was refused may come again, in milliseconds; left out: never. */
  readonly comesBackAfterMs?: (answer: Answer) => number
}

const tickMs = 5
/** More than a crowd: the driver itself does not keep up, and measures nothing any more. */
const mostUnderWay = 50_000

/**
 * Sends at a rate, however slow the answers are (no coordinated omission). Arrivals are random, as people are. Who was
 * refused comes again once he may, and is one of the arrivals then: those who wait come before those who are new.
 */
export async function openLoop(loop: OpenLoop): Promise<Answer[]> {
  const { perSecond, seconds, random, send, comesBackAfterMs } = loop
  const answers: Answer[] = []
  const mayComeBack: number[] = []
  let cameBack = 0
  let underWay = 0
  let known = 0

  async function call(n: number, due: number): Promise<void> {
    underWay += 1
    const answer = await send(n).catch(() => ({ status: 0, retryAfterS: 0 }))
    underWay -= 1
    const whole = { ...answer, ms: performance.now() - due }
    answers.push(whole)
    if (answer.status === 503 && comesBackAfterMs)
      setTimeout(() => mayComeBack.push(n), comesBackAfterMs(whole)).unref()
  }
  function nextCaller(): number {
    const waiting = mayComeBack[cameBack]
    if (waiting === undefined) return (known += 1)
    cameBack += 1
    return waiting
  }

  const from = performance.now()
  const until = from + seconds * 1_000
  let due = from
  while (due < until) {
    while (due <= performance.now() && due < until) {
      void call(nextCaller(), due)
      if (underWay > mostUnderWay) throw new Error(`${underWay} calls are under way: nobody answers`)
      due += (-Math.log(1 - random()) * 1_000) / perSecond
    }
    await sleep(tickMs)
  }
  while (underWay > 0) await sleep(tickMs)
  return answers
}
