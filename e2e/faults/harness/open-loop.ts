import { request, type Agent } from 'node:http'
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
  /** When one that was refused comes again, in milliseconds; left out: never. */
  readonly onRefused?: (answer: Answer) => number
}

const tickMs = 5

/**
 * Sends at a rate, however slow the answers are (no coordinated omission). Arrivals are random, as people are. Who was
 * refused and told when to come back comes again; it is one more call, and no arrival takes its place.
 */
export async function openLoop({ perSecond, seconds, random, send, onRefused }: OpenLoop): Promise<Answer[]> {
  const answers: Answer[] = []
  const underWay = new Set<Promise<void>>()
  const from = performance.now()
  const until = from + seconds * 1_000
  let next = 0

  async function call(n: number, due: number): Promise<void> {
    const answer = await send(n).catch(() => ({ status: 0, retryAfterS: 0 }))
    const whole = { ...answer, ms: performance.now() - due }
    answers.push(whole)
    if (answer.status !== 503 || !onRefused) return
    const again = performance.now() + onRefused(whole)
    if (again < until) start(n, again)
  }
  function start(n: number, due: number): void {
    const calling = sleep(Math.max(0, due - performance.now())).then(() => call(n, due))
    underWay.add(calling)
    void calling.finally(() => underWay.delete(calling))
  }

  let due = from
  while (due < until) {
    while (due <= performance.now() && due < until) {
      next += 1
      start(next, due)
      due += (-Math.log(1 - random()) * 1_000) / perSecond
    }
    await sleep(tickMs)
  }
  while (underWay.size > 0) await Promise.allSettled([...underWay])
  return answers
}

/** A plain PUT over kept connections: the driver shares the machine with what it measures, so it must be cheap. */
export function put(
  agent: Agent,
  { url, token, body }: { readonly url: string; readonly token: string; readonly body: string },
): Promise<{ status: number; retryAfterS: number; text: string }> {
  return new Promise((done, fail) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }
    const call = request(url, { method: 'PUT', agent, headers, timeout: 60_000 }, (reply) => {
      const parts: Buffer[] = []
      reply.on('data', (part: Buffer) => parts.push(part))
      reply.once('error', fail)
      reply.once('end', () =>
        done({
          status: reply.statusCode ?? 0,
          retryAfterS: Number(reply.headers['retry-after'] ?? 0),
          text: Buffer.concat(parts).toString('utf8'),
        }),
      )
    })
    call.once('timeout', () => call.destroy(new Error('no answer')))
    call.once('error', fail)
    call.end(body)
  })
}
