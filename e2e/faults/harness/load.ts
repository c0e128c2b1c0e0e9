import { fork } from 'node:child_process'
import { join } from 'node:path'

/** A member's phone, as the driver needs it. */
export interface Phone {
  readonly memberId: string
  readonly path: string
  readonly token: string
  readonly body: string
}

export interface LoadPlan {
  readonly origin: string
  readonly phones: readonly Phone[]
  readonly perSecond: number
  readonly seconds: number
  readonly seed: number
  /** Where receipts are noted; null when nobody will ask. */
  readonly history: string | null
  /** Who is refused comes again, when he was told to and not all at once. */
  readonly areBackAgain: boolean
}

export interface Answered {
  readonly count: number
  readonly p99Ms: number
}

export interface LoadResult {
  readonly all: Answered
  readonly accepted: Answered
  readonly refused: Answered
  /** Neither a receipt nor a refusal in order, by status; 0 for no answer at all. */
  readonly otherwise: Readonly<Record<number, number>>
  readonly refusedWithoutTime: number
}

/** Files at a rate out of a process of its own: what it measures does not wait for anybody else's work. */
export function load(plan: LoadPlan): Promise<LoadResult> {
  return new Promise((done, fail) => {
    let result: LoadResult | undefined
    const child = fork(join(import.meta.dirname, 'load-process.ts'), { execArgv: ['--import', 'tsx'] })
    child.once('message', (message) => (result = message as LoadResult)) // sent by load-process.ts
    child.once('error', fail)
    child.once('exit', (code) =>
      result ? done(result) : fail(new Error(`the driver ended with ${String(code)} and no result`)),
    )
    child.send(plan)
  })
}
