import { Type } from 'typebox'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { digestWindowMinutes } from '@kangbao/shared/calendar/reminder-ladder.ts'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { defineJob, exponential } from '../../jobs/define-job.ts'
import { isPreparing } from '../completeness/index.ts'
import * as digests from './digests.repo.ts'
import { insertStep, takeDigestSteps, type DueStep } from './due-sends.repo.ts'
import { formFacts, holdInstalled, type FormFacts } from './form-facts.repo.ts'
import { planPush } from './planning.service.ts'
import * as pushes from './pushes.repo.ts'
import { digestKinds, isDigest, type DigestKind } from './rung-kinds.ts'
import { currentPeriodStart } from './schedule.service.ts'
import { closingOf, drop, DueStepData, isTime } from './steps.ts'

const windowMs = digestWindowMinutes * 60_000
/** How soon a form comes up again whose list of people is still being written: nobody is told how many of a part are missing. */
const listedSoonMs = 15_000

interface DigestStep {
  readonly form: FormFacts
  readonly kind: DigestKind
  readonly sendAt: EpochMs
}

/**
 * Tells the managers of an org of everything that is due, or will be within the window, in one message each: heads of their
 * departments, then admins of the org. Safe to run twice: what was told of a send is in the ledger, and is not told again.
 */
export const sendDigest = defineJob({
  name: 'notifications.digest',
  queue: 'default',
  data: Type.Object({ orgId: Uuid, steps: Type.Array(DueStepData) }),
  retryAfterMs: exponential(1_000, 60_000),
  async run({ orgId, steps }, { deps, inOrg }) {
    await inOrg(orgId, async (scope) => {
      if (!(await holdInstalled(scope, 'forms'))) return
      await digests.takeTurn(scope)
      const due = steps.map(({ dueAt, sendAt, ...step }) => ({
        ...step,
        sendAt: Date.parse(sendAt),
        dueAt: Date.parse(dueAt ?? sendAt),
      }))
      const now = Math.max(deps.clock.now(), ...due.map(({ dueAt }) => dueAt))
      const freeAt = await digests.lastMadeAt(scope, now - windowMs)
      const coming = freeAt === null ? await takeDigestSteps(scope, now + windowMs) : []
      const wanted = await whatIsTime(scope, [...due, ...coming], now)
      if (freeAt !== null) return postpone(scope, wanted, freeAt + windowMs, now)
      await tell(deps, scope, wanted)
    })
  },
})

/** Of the steps, those whose hour it is and which were not told before. */
async function whatIsTime(scope: OrgScope, steps: readonly DueStep[], now: EpochMs): Promise<DigestStep[]> {
  const wanted: DigestStep[] = []
  for (const { formId, kind, sendAt, dueAt } of steps) {
    const form = await formFacts(scope, formId)
    if (!isDigest(kind) || !form || form.isEnded) continue
    if (await pushes.isPlanned(scope, formId, kind, sendAt)) continue
    const periodStart = currentPeriodStart(form.periodKind, sendAt, form.timeZone)
    if (await isPreparing(scope, { formId, periodStart })) {
      await insertStep(scope, { formId, kind, sendAt, dueAt: now + listedSoonMs })
      continue
    }
    // What is taken a little early is not late.
    if (await isTime(scope, form, { kind, sendAt, dueAt: Math.min(dueAt, now) }, now))
      wanted.push({ form, kind, sendAt })
  }
  return wanted
}

/** Managers heard a moment ago: the rest comes when their window is over, if that is not too late. */
async function postpone(
  scope: OrgScope,
  steps: readonly DigestStep[],
  dueAt: EpochMs,
  now: EpochMs,
): Promise<void> {
  for (const { form, kind, sendAt } of steps) {
    const closesAt = closingOf(form, sendAt)
    if (closesAt !== null && dueAt >= closesAt)
      await drop(scope, form, { kind, sendAt }, 'digest-window', now)
    else await insertStep(scope, { formId: form.id, kind, sendAt, dueAt })
  }
}

async function tell(deps: Deps, scope: OrgScope, steps: readonly DigestStep[]): Promise<void> {
  // Who is an admin and a head hears of the whole org, and is told once.
  const told = new Set<string>()
  for (const kind of [...digestKinds].reverse()) {
    const ofKind = steps.filter((step) => step.kind === kind)
    const periods = ofKind.map(({ form, sendAt }) => ({
      formId: form.id,
      periodStart: currentPeriodStart(form.periodKind, sendAt, form.timeZone),
    }))
    const [first, ...others] = ofKind
    const [at, ...othersAt] = periods
    if (!first || !at) continue
    const all =
      kind === 'remind-heads'
        ? await digests.headsOfMissing(scope, periods)
        : await digests.adminsOfMissing(scope, periods)
    const recipients = all.filter((id) => !told.has(id))
    for (const id of recipients) told.add(id)
    // Each gets a text of his own, so each is a call of his own.
    const plan = { ...at, kind, plannedAt: first.sendAt, recipients, batchSize: 1 }
    await planPush(deps, scope, plan)
    for (const [i, { sendAt }] of others.entries()) {
      const joined = othersAt[i]
      if (joined)
        await digests.join(scope, { ...joined, kind, plannedAt: sendAt }, { ...at, plannedAt: first.sendAt })
    }
  }
}
