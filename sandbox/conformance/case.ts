import type { GovernmentReport } from '@kangbao/shared/contracts/government.ts'
import type { Answer, Call, Line, Sender } from './sender.ts'

/** One thing a receiver has to do. */
export interface ReceiverCase {
  /** Unique and stable: `taking/the-same-again`. */
  readonly name: string
  /** What the contract says, in a sentence. */
  readonly fact: string
  /** Heading of docs/government-api.md it stands under. */
  readonly section: string
  /** Throws when the receiver does otherwise; what is said is what it did. */
  run(kit: Kit): Promise<void>
}

/** What a case has at hand. */
export interface Kit {
  readonly sender: Sender
  /** A report nobody has sent, of an organisation of this run. */
  report(over?: Partial<Extract<GovernmentReport, { kind: 'health' }>>): GovernmentReport
  /** A call that carries it, rightly signed under its own id. */
  call(report: GovernmentReport): Call
  /** Sends until it is neither 429 nor 503, waiting as long as the receiver asks for, within a minute. */
  deliver(call: Call, line?: Line): Promise<Answer>
}
