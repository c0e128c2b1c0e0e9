import { fileSubmission, type Receipt } from '@kangbao/shared/contracts/submissions.ts'
import type { Reply } from '../drivers/http.ts'
import type { Member } from '../drivers/member.ts'
import type { History, Outcome } from '../faults/harness/history.ts'
import { dayAnswers, type WorkingOrg } from './working-org.ts'

export interface Filing {
  readonly org: WorkingOrg
  readonly member: Member
  readonly temperature: number
}

export interface Acknowledged extends Filing {
  readonly receipt: Receipt
}

export interface LoadResult {
  readonly acknowledged: readonly Acknowledged[]
  /** Answers that were no receipt. */
  readonly refused: readonly Reply[]
}

/** Calls on their way at once, unless another number is asked for. */
export const clients = 16
const pauseMs = 100
const giveUpMs = 120_000

export interface LoadOptions {
  readonly clients?: number
  /** Where every call and its end is noted before the next one is made. */
  readonly history?: History
  readonly onAcknowledged?: (count: number) => void
}

/**
 * Files everything with a fixed number of clients. Like a phone, a client sends the same again until it has a receipt;
 * it gives up only after two minutes.
 */
export async function fileAll(
  filings: readonly Filing[],
  period: string,
  options: LoadOptions = {},
): Promise<LoadResult> {
  const { history, onAcknowledged = () => undefined } = options
  const queue = [...filings]
  const acknowledged: Acknowledged[] = []
  const refused: Reply[] = []

  async function once(process: number, filing: Filing): Promise<Reply | null> {
    const params = { formId: filing.org.forms.daily, period }
    const body = { answers: dayAnswers(period, filing.temperature) }
    await history?.note({ process, kind: 'invoke', what: 'file' })
    const reply = await filing.member.try(fileSubmission, { params, body }).catch(() => null)
    const value = reply?.status === 200 ? filingKey(filing, reply.body as Receipt) : undefined // the contract's
    await history?.note({ process, kind: outcomeOf(reply), what: 'file', ...(value ? { value } : {}) })
    return reply
  }

  async function file(process: number, filing: Filing): Promise<void> {
    const giveUpAt = performance.now() + giveUpMs
    for (;;) {
      const reply = await once(process, filing)
      if (reply?.status === 200) {
        acknowledged.push({ ...filing, receipt: reply.body as Receipt }) // serialised by the same schema
        onAcknowledged(acknowledged.length)
        return
      }
      if (reply) refused.push(reply)
      if (performance.now() > giveUpAt)
        throw new Error(`never acknowledged; last ${JSON.stringify(reply?.body)}`)
      await new Promise((done) => setTimeout(done, pauseMs))
    }
  }

  async function client(process: number): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) await file(process, next)
  }
  await Promise.all(Array.from({ length: options.clients ?? clients }, (_, process) => client(process)))
  return { acknowledged, refused }
}

/** A revision as receipts and rows both name it. */
export const revisionKey = (memberId: string, revision: number, filedAt: string): string =>
  `${memberId} ${revision} ${filedAt}`

const filingKey = ({ member }: Filing, receipt: Receipt): string =>
  revisionKey(member.session.me.member?.id ?? '', receipt.revision, receipt.filedAt)

/** A cut connection or a database that went away in the middle: nobody knows. Everything else was refused whole. */
function outcomeOf(reply: Reply | null): Outcome {
  if (reply === null) return 'info'
  if (reply.status === 200) return 'ok'
  const isUnknown = reply.status >= 500 && JSON.stringify(reply.body).includes('server.unavailable')
  return isUnknown ? 'info' : 'fail'
}

/** Draws filings of random members; one in ten has a fever. */
export function drawFilings(
  orgs: readonly WorkingOrg[],
  count: number,
  random: () => number,
): readonly Filing[] {
  return Array.from({ length: count }, (_, n) => {
    const org = orgs[n % orgs.length]
    const member = org?.members[Math.floor(random() * org.members.length)]
    if (!org || !member) throw new Error('an org without members cannot file')
    return { org, member, temperature: random() < 0.1 ? 38.2 : 36 + Math.floor(random() * 9) / 10 }
  })
}
