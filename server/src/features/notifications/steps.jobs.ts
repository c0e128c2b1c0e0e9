import { Type, type Static } from 'typebox'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { Instant, Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { defineJob, defineTick, exponential } from '../../jobs/define-job.ts'
import { emitMany } from '../../jobs/outbox.repo.ts'
import { openPeriod } from '../completeness/index.ts'
import { insertStep } from './due-sends.repo.ts'
import { takeDueSteps } from './due-sends.system.ts'
import { formFacts, holdInstalled, type FormFacts } from './form-facts.repo.ts'
import { headsOfMissing, markReminded } from './people.repo.ts'
import { isStillWanted, nextSendAfter, nextSendOf } from './plan.ts'
import { planPush } from './planning.service.ts'
import * as pushes from './pushes.repo.ts'
import { currentPeriodStart, scheduleOpening } from './schedule.service.ts'

const stepsPerTake = 500

const StepData = Type.Object({
  orgId: Uuid,
  formId: Uuid,
  kind: Type.Union([
    Type.Literal('send'),
    Type.Literal('remind-members'),
    Type.Literal('remind-heads'),
    Type.Literal('open-period'),
  ]),
  sendAt: Instant,
})

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
        await emitMany(
          system,
          runStep,
          steps.map((step) => ({ orgId: step.orgId, data: step })),
          now,
        )
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

interface Moment {
  readonly plannedAt: EpochMs
  /** Never before the moment it was planned for. */
  readonly now: EpochMs
}

async function takeStep(deps: Deps, scope: OrgScope, form: FormFacts, step: Static<typeof StepData>) {
  const plannedAt = Date.parse(step.sendAt)
  // The clock of whoever handed it over was there already. Opened by a clock that is a second behind it, the day before
  // would be found open and this one forgotten.
  const now = Math.max(deps.clock.now(), plannedAt)
  const isToday = isStillWanted(plannedAt, now, form.timeZone)
  switch (step.kind) {
    case 'open-period':
      await open(scope, form, now)
      return scheduleOpening(scope, form, now, form.timeZone)
    case 'send':
      if (isToday) await send(deps, scope, form, { plannedAt, now })
      return noteNextSend(scope, form, nextSendAfter(plannedAt, now, form.timeZone))
    case 'remind-members':
      if (isToday) await remindMembers(deps, scope, form, { plannedAt, now })
      return
    case 'remind-heads':
      if (isToday) await remindHeads(deps, scope, form, { plannedAt, now })
  }
}

async function open(scope: OrgScope, form: FormFacts, now: EpochMs) {
  const period = currentPeriodStart(form.periodKind, now, form.timeZone)
  await openPeriod(scope, form, period, now)
  return period
}

async function send(deps: Deps, scope: OrgScope, form: FormFacts, { plannedAt, now }: Moment) {
  const period = await open(scope, form, now)
  const base = { formId: form.id, periodStart: period, plannedAt }
  const people = await planPush(deps, scope, { ...base, kind: 'send', recipients: 'missing' })
  if (people === null) return
  const { memberAfterMinutes, headsAfterMinutes } = form.settings.reminders
  // Counted from the true sending, so that a late one does not remind at once.
  for (const [kind, minutes] of [
    ['remind-members', memberAfterMinutes],
    ['remind-heads', headsAfterMinutes],
  ] as const) {
    if (minutes === null) continue
    const dueAt = now + minutes * 60_000
    await insertStep(scope, { formId: form.id, kind, sendAt: plannedAt, dueAt })
  }
}

async function remindMembers(deps: Deps, scope: OrgScope, form: FormFacts, { plannedAt, now }: Moment) {
  const period = { formId: form.id, periodStart: currentPeriodStart(form.periodKind, now, form.timeZone) }
  if (await pushes.isPlanned(scope, form.id, 'remind-members', plannedAt)) return
  const recipients = await markReminded(scope, period, { range: {}, unlessSince: now, now })
  await planPush(deps, scope, { ...period, kind: 'remind-members', plannedAt, recipients })
}

async function remindHeads(deps: Deps, scope: OrgScope, form: FormFacts, { plannedAt, now }: Moment) {
  const period = { formId: form.id, periodStart: currentPeriodStart(form.periodKind, now, form.timeZone) }
  const recipients = await headsOfMissing(scope, period)
  await planPush(deps, scope, { ...period, kind: 'remind-heads', plannedAt, recipients, batchSize: 1 })
}

async function noteNextSend(scope: OrgScope, form: FormFacts, after: EpochMs) {
  const next = nextSendOf(form.settings, after, form.timeZone)
  if (next !== null) await insertStep(scope, { formId: form.id, kind: 'send', sendAt: next, dueAt: next })
}
