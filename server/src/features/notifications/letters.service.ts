import type { Way } from '@kangbao/shared/delivery/ways.ts'
import type { JobContext } from '../../jobs/define-job.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import { MailRefused } from '../../ports/mail.ts'
import { addressesOf, addressPlace, markRefused, written, type SealedMail } from '../mail/index.ts'
import type { FormFacts } from './form-facts.repo.ts'
import { exportLetter, reminderLetter } from './letters.ts'
import { deadlineOf } from './messages.service.ts'
import * as pushes from './pushes.repo.ts'
import type { BatchOutcome, OpenBatch, Push } from './pushes.repo.ts'
import { dueBatches, isAsleep } from './quiet.ts'
import { whoStopped } from './reachable.repo.ts'
import { stopToken } from './stop-links.ts'

/** A letter is a batch of its own: SMTP knows no key, so what was taken is written down before the next goes out. */
export const lettersPerBatch = 1
/** Letters one run takes before it lets others have their turn. */
const lettersPerRun = 50
/** So many that could not be handed over one after the other: the mail server is away, not one mailbox. */
const mostInARow = 3
const againAfterMs = 60_000
/** Mail servers hold back a stranger's first letter for a quarter of an hour; a reminder of this morning is none at night. */
const givenUpAfterMs = 3_600_000

const wayOf = { 'remind-mail': 'mail:reminders', 'export-mail': 'mail:exports' } as const satisfies Record<
  string,
  Way
>
type LetterKind = keyof typeof wayOf

export const isByMail = (push: Push): push is Push & { readonly kind: LetterKind } => push.kind in wayOf

/**
 * Sends the letters of a push, one at a time; true when nothing of it is left to send. A worker killed between the mail
 * server's yes and the note of it sends that letter again, under the same name. Quiet hours end a reminder, as they do a text.
 */
export async function sendLetters(
  ctx: JobContext,
  orgId: string,
  push: Push & { readonly kind: LetterKind },
  form: FormFacts,
): Promise<boolean> {
  const { deps, inOrg } = ctx
  const page = { now: deps.clock.now(), limit: lettersPerRun }
  const batches = await inOrg(orgId, (scope) => dueBatches(scope, push, form, page))
  let waiting = 0
  let inARow = 0
  for (const batch of batches) {
    const now = deps.clock.now()
    if (push.kind === 'remind-mail' && isAsleep(form, now)) {
      await inOrg(orgId, (scope) =>
        pushes.failOpenBatches(scope, push.id, { which: 'due', reason: 'quiet-hours', now }),
      )
      return true
    }
    const isSettled = await sendLetter(ctx, { orgId, push, form }, batch)
    waiting += isSettled ? 0 : 1
    inARow = isSettled ? 0 : inARow + 1
    if (inARow === mostInARow) break
  }
  if (waiting > 0) throw new RetryLater(againAfterMs, 'letters are still to be handed over')
  return batches.length < lettersPerRun
}

interface About {
  readonly orgId: string
  readonly push: Push & { readonly kind: LetterKind }
  readonly form: FormFacts
}

/** False when the letter waits for another try. */
async function sendLetter(
  ctx: JobContext,
  about: About,
  { batch, memberIds, leftOut, heldUntil }: OpenBatch,
): Promise<boolean> {
  const { orgId, push } = about
  const [memberId] = memberIds
  const mail =
    memberId === undefined
      ? undefined
      : await ctx.inOrg(orgId, async (scope) => {
          const stopped = await whoStopped(scope, wayOf[push.kind], memberIds)
          return stopped.has(memberId) ? undefined : (await addressesOf(scope, memberIds)).get(memberId)
        })
  const record = (outcome: Pick<BatchOutcome, 'state' | 'reason' | 'sent_to' | 'left_out'>) =>
    ctx.inOrg(orgId, (scope) =>
      pushes.recordBatches(scope, push.id, [{ batch, task_id: null, ...outcome }], ctx.deps.clock.now()),
    )
  if (memberId === undefined || mail === undefined) {
    await record({
      state: 'settled',
      reason: 'nobody-left',
      sent_to: 0,
      left_out: [...leftOut, ...memberIds],
    })
    return true
  }
  const reason = await handOver(ctx, about, memberId, mail)
  const triedSince = Math.max(push.madeAt, heldUntil ?? 0)
  if (reason === null && ctx.deps.clock.now() - triedSince < givenUpAfterMs) return false
  if (reason === 'mail-taken') await record({ state: 'settled', reason, sent_to: 1, left_out: leftOut })
  else await record({ state: 'failed', reason: reason ?? 'mail-failed', sent_to: 0, left_out: [] })
  return true
}

/** What the mail server said of a letter; null when it said nothing, or "later". */
async function handOver(
  { deps, inOrg, log }: JobContext,
  { orgId, push, form }: About,
  memberId: string,
  { sealed, locale }: SealedMail,
): Promise<string | null> {
  const to = await deps.vault.open(addressPlace(orgId, memberId), sealed)
  const token = await stopToken(deps, { orgId, memberId, way: wayOf[push.kind] })
  const { PUBLIC_URL: publicUrl } = deps.config
  const stopUrl = `${publicUrl}/mail/stop/${token}`
  const facts = { form, deadline: deadlineOf(form, push), publicUrl, stopUrl }
  const letter = push.kind === 'remind-mail' ? reminderLetter(locale, facts) : exportLetter(locale, facts)
  try {
    await deps.mail.send({ to, id: `${push.id}.${memberId}`, stopUrl, ...written(letter) })
    return 'mail-taken'
  } catch (error) {
    if (!(error instanceof MailRefused)) {
      log.warn({ err: error }, 'a letter could not be handed to the mail server')
      return null
    }
    if (error.isNoMailbox) await inOrg(orgId, (scope) => markRefused(deps, scope, to, error.status))
    return `${error.isNoMailbox ? 'mail-no-mailbox' : 'mail-refused'}:${error.status}`
  }
}
