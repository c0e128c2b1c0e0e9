import { fileSubmission, type Receipt } from '@kangbao/shared/contracts/submissions.ts'
import type { Reply } from '../drivers/http.ts'
import type { Member } from '../drivers/member.ts'
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

/** Calls on their way at once. */
export const clients = 16
const pauseMs = 100
const giveUpMs = 120_000

/**
 * Files everything with a fixed number of clients. Like a phone, a client sends the same again until it has a receipt;
 * it gives up only after two minutes.
 */
export async function fileAll(
  filings: readonly Filing[],
  period: string,
  onAcknowledged: (count: number) => void = () => undefined,
): Promise<LoadResult> {
  const queue = [...filings]
  const acknowledged: Acknowledged[] = []
  const refused: Reply[] = []

  async function file(filing: Filing): Promise<void> {
    const params = { formId: filing.org.forms.daily, period }
    const body = { answers: dayAnswers(period, filing.temperature) }
    const giveUpAt = performance.now() + giveUpMs
    for (;;) {
      const reply = await filing.member.try(fileSubmission, { params, body }).catch(() => null)
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

  async function client(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) await file(next)
  }
  await Promise.all(Array.from({ length: clients }, client))
  return { acknowledged, refused }
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
