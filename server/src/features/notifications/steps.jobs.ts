import { Type, type Static } from 'typebox'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { ladderOf, rungsOn } from '@kangbao/shared/calendar/reminder-ladder.ts'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { defineJob, defineTick, exponential } from '../../jobs/define-job.ts'
import { emit, emitMany } from '../../jobs/outbox.repo.ts'
import { isPreparing, openPeriod } from '../completeness/index.ts'
import { insertStep } from './due-sends.repo.ts'
import { sendDigest } from './digests.jobs.ts'
import { takeDueSteps, type ClaimedStep } from './due-sends.system.ts'
import { formFacts, holdInstalled, type FormFacts } from './form-facts.repo.ts'
import { lettersPerBatch } from './letters.service.ts'
import { markReminded } from './people.repo.ts'
import { isStillWanted, nextSendAfter, nextSendOf } from './plan.ts'
import { planPush } from './planning.service.ts'
import * as pushes from './pushes.repo.ts'
import { peopleToReach } from './reachable.repo.ts'
import { isDigest, kindOfRung, type BesideKind } from './rung-kinds.ts'
import { currentPeriodStart, scheduleOpening } from './schedule.service.ts'
import { DueStepData, isTime } from './steps.ts'
import { textsPerBatch } from './texts.service.ts'
import { batchSizeFor } from './told.ts'

const stepsPerTake = 500
/** How soon a send or a reminder asks again whether everybody who gets it is on the list. */
const listedSoonMs = 2_000

const StepData = Type.Object({ orgId: Uuid, ...DueStepData.properties })

/** Moves what is due from the schedule into the outbox, in one transaction: nothing is forgotten or done twice. */
export const takeSteps = defineTick({
  name: 'notifications.tick',
  everyMs: 1_000,
  async run({ deps: { clock, database } }) {
    let taken: number
    do {
      const now = clock.now()
      taken = await database.inSystem(async (system) => {
        const steps = await takeDueSteps(system, { now, limit: stepsPerTake })
        const [forManagers, others] = [
          steps.filter(isForManagers),
          steps.filter((step) => !isForManagers(step)),
        ]
        await emitMany(
          system,
          runStep,
          others.map((step) => ({ orgId: step.orgId, data: step })),
          now,
        )
        await emitMany(system, sendDigest, digestsOf(forManagers), now)
        return steps.length
      })
    } while (taken === stepsPerTake)
  },
})

/**
 * One step of a form's schedule: opens a period, sends, or reminds, and notes the next. Safe to run twice: a push is
 * planned once per planned moment, and a step noted already stays as it is.
 */
export const runStep = defineJob({
  name: 'notifications.step',
  queue: 'default',
  data: StepData,
  retryAfterMs: exponential(1_000, 60_000),
  async run(step, { deps, inOrg }) {
    await inOrg(step.orgId, async (scope) => {
      const form = await formFacts(scope, step.formId)
      // Ended, or the app taken away: nothing more is sent, nothing more is planned (Z-21). A stop that comes while the
      // next step is being noted waits, and then removes that one too.
      if (!form || form.isEnded || !(await holdInstalled(scope, 'forms'))) return
      await takeStep(deps, scope, form, step)
    })
  },
})

const isForManagers = ({ kind }: { readonly kind: string }) => isDigest(kind)

/** What managers of one org are to be told is one job, so that it can be one message. */
function digestsOf(steps: readonly ClaimedStep[]) {
  const byOrg = new Map<string, DueStepData[]>()
  for (const { orgId, ...step } of steps) byOrg.set(orgId, [...(byOrg.get(orgId) ?? []), step])
  return [...byOrg].map(([orgId, ofOrg]) => ({ orgId, data: { orgId, steps: ofOrg } }))
}

interface Moment {
  readonly plannedAt: EpochMs
  /** Never before the moment it was planned for. */
  readonly now: EpochMs
}

async function takeStep(deps: Deps, scope: OrgScope, form: FormFacts, step: Static<typeof StepData>) {
  const plannedAt = Date.parse(step.sendAt)
  const dueAt = Date.parse(step.dueAt ?? step.sendAt)
  // The clock of whoever handed it over was there already. Opened by a clock that is a second behind it, the day before
  // would be found open and this one forgotten.
  const now = Math.max(deps.clock.now(), dueAt)
  switch (step.kind) {
    case 'open-period':
      await open(scope, form, now)
      return scheduleOpening(scope, form, now, form.timeZone)
    case 'send':
      if (isStillWanted(plannedAt, now, form.timeZone)) {
        await open(scope, form, now)
        if (await isBeingListed(scope, form, now)) return oweAgain(scope, step, now)
        await send(deps, scope, form, { plannedAt, now })
      }
      return noteNextSend(scope, form, nextSendAfter(plannedAt, now, form.timeZone))
    case 'remind-members':
    case 'remind-again':
      if (await isBeingListed(scope, form, plannedAt)) return oweAgain(scope, step, now)
      return remindMembers(deps, scope, form, { kind: step.kind, sendAt: plannedAt, dueAt }, now)
    case 'remind-sms':
    case 'remind-mail':
      if (await isBeingListed(scope, form, plannedAt)) return oweAgain(scope, step, now)
      return remindBeside(deps, scope, form, { kind: step.kind, sendAt: plannedAt, dueAt }, now)
    default:
      // Owed by a process of before; now they go through the digest of their org.
      return emit(scope, sendDigest, { orgId: scope.orgId, steps: [step] }, { now })
  }
}

async function open(scope: OrgScope, form: FormFacts, now: EpochMs): Promise<void> {
  await openPeriod(scope, form, currentPeriodStart(form.periodKind, now, form.timeZone), now)
}

/** A form goes out once, to everybody who is asked, and so do reminders: not before their list is written to its end. */
function isBeingListed(scope: OrgScope, form: FormFacts, at: EpochMs): Promise<boolean> {
  const periodStart = currentPeriodStart(form.periodKind, at, form.timeZone)
  return isPreparing(scope, { formId: form.id, periodStart })
}

function oweAgain(scope: OrgScope, step: Static<typeof StepData>, now: EpochMs): Promise<void> {
  const dedupKey = `${step.formId}/${step.kind}/${step.sendAt}`
  return emit(scope, runStep, step, { now, notBefore: now + listedSoonMs, dedupKey })
}

async function send(deps: Deps, scope: OrgScope, form: FormFacts, { plannedAt, now }: Moment) {
  const periodStart = currentPeriodStart(form.periodKind, now, form.timeZone)
  const base = { formId: form.id, periodStart, plannedAt }
  const batchSize = batchSizeFor(form.settings, deps.workplace.messageBatchSize('forms'))
  const people = await planPush(deps, scope, { ...base, kind: 'send', recipients: 'missing', batchSize })
  if (people === null) return
  // Counted from the true sending, so that a late one does not remind at once.
  for (const { rung, afterMinutes } of rungsOn(ladderOf(form.settings.reminders))) {
    const dueAt = now + afterMinutes * 60_000
    await insertStep(scope, { formId: form.id, kind: kindOfRung[rung], sendAt: plannedAt, dueAt })
  }
}

async function remindMembers(
  deps: Deps,
  scope: OrgScope,
  form: FormFacts,
  step: { kind: 'remind-members' | 'remind-again'; sendAt: EpochMs; dueAt: EpochMs },
  now: EpochMs,
) {
  const { kind, sendAt } = step
  const period = { formId: form.id, periodStart: currentPeriodStart(form.periodKind, sendAt, form.timeZone) }
  if (await pushes.isPlanned(scope, form.id, kind, sendAt)) return
  if (!(await isTime(scope, form, step, now))) return
  const recipients = await markReminded(scope, period, { range: {}, unlessSince: now, now })
  const batchSize = batchSizeFor(form.settings, deps.workplace.messageBatchSize('forms'))
  await planPush(deps, scope, { ...period, kind, plannedAt: sendAt, recipients, batchSize })
}

/** Texts and letters go to whom no card reached: ways of their own, so nobody counts as reminded by them. */
async function remindBeside(
  deps: Deps,
  scope: OrgScope,
  form: FormFacts,
  step: { kind: BesideKind; sendAt: EpochMs; dueAt: EpochMs },
  now: EpochMs,
) {
  const { kind, sendAt } = step
  const period = { formId: form.id, periodStart: currentPeriodStart(form.periodKind, sendAt, form.timeZone) }
  if (await pushes.isPlanned(scope, form.id, kind, sendAt)) return
  if (!(await isTime(scope, form, step, now))) return
  const recipients = await peopleToReach(scope, kind, period, sendAt)
  const batchSize = kind === 'remind-sms' ? textsPerBatch : lettersPerBatch
  await planPush(deps, scope, { ...period, kind, plannedAt: sendAt, recipients, batchSize })
}

async function noteNextSend(scope: OrgScope, form: FormFacts, after: EpochMs) {
  const next = nextSendOf(form.settings, after, form.timeZone)
  if (next !== null) await insertStep(scope, { formId: form.id, kind: 'send', sendAt: next, dueAt: next })
}
