import { Type } from 'typebox'
import { civilDate, CivilDateText, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { ladderOf, placeRung } from '@kangbao/shared/calendar/reminder-ladder.ts'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { FindingRule } from '@kangbao/shared/forms/definition.ts'
import { alertsOf } from '@kangbao/shared/rules/alerts.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { defineJob, exponential } from '../../jobs/define-job.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { alertGroups, alertSubject, peopleNamed } from './alert-groups.ts'
import { alertable } from './alertable.repo.ts'
import { formFacts } from './form-facts.repo.ts'
import * as people from './people.repo.ts'
import { planPush } from './planning.service.ts'
import { ownQuietUntil } from './quiet.ts'

/**
 * Tells of an abnormal answer those whom its rules name (Z-37, Z-38); a changed answer that is abnormal still is told
 * again. At once, with one exception: in the quiet hours of a form of one's own what is not urgent waits for their end.
 */
export const alertAbnormal = defineJob({
  name: 'notifications.alert',
  queue: 'push',
  data: Type.Object({
    orgId: Uuid,
    formId: Uuid,
    periodStart: CivilDateText,
    memberId: Uuid,
    afterQuiet: Type.Optional(Type.Literal(true)),
  }),
  retryAfterMs: exponential(1_000, 60_000),
  async run({ orgId, formId, periodStart, memberId, afterQuiet = false }, { deps, inOrg }) {
    const period = { formId, periodStart: civilDate(periodStart) }
    await inOrg(orgId, async (scope) => {
      const facts = await people.abnormalFacts(scope, period, memberId)
      if (!facts) return // corrected meanwhile
      const now = deps.clock.now()
      const quietUntil = afterQuiet ? null : await endOfQuiet(scope, formId, now)
      const [urgent, others] = byUrgency(facts.rules)
      if (quietUntil !== null && others.length > 0) {
        const later = { orgId, formId, periodStart, memberId, afterQuiet: true } as const
        await emit(scope, alertAbnormal, later, { now, notBefore: quietUntil })
      }
      const told = afterQuiet ? others : quietUntil === null ? facts.rules : urgent
      const candidates = await alertable(scope, period.formId, memberId, peopleNamed(told))
      for (const { rules, mayLook, recipients } of alertGroups(told, candidates))
        await planPush(deps, scope, {
          ...period,
          kind: 'abnormal',
          plannedAt: facts.revisedAt,
          subject: alertSubject({ memberId, rules: rules.map(({ number }) => number), mayLook }),
          recipients,
        })
    })
  },
})

/** When the quiet hours end in which a form of one's own is now; null outside them. A template's alerts never wait (Z-38). */
async function endOfQuiet(scope: OrgScope, formId: string, now: EpochMs): Promise<EpochMs | null> {
  const form = await formFacts(scope, formId)
  if (!form || form.templateId !== null) return null
  const { quietHours } = ladderOf(form.settings.reminders)
  const placed = placeRung(now, { quietHours: [quietHours], closesAt: null, zone: form.timeZone })
  return 'at' in placed && placed.isMoved ? placed.at : null
}

function byUrgency(rules: readonly FindingRule[]): [urgent: FindingRule[], others: FindingRule[]] {
  const isUrgent = (rule: FindingRule) => alertsOf(rule).isUrgent
  return [rules.filter(isUrgent), rules.filter((rule) => !isUrgent(rule))]
}

/** Tells the publisher how many new answers came, once per gathering time (Z-31). */
export const tellNewAnswers = defineJob({
  name: 'notifications.new-answers',
  queue: 'push',
  data: Type.Object({ orgId: Uuid, formId: Uuid, periodStart: CivilDateText }),
  retryAfterMs: exponential(1_000, 60_000),
  async run({ orgId, formId, periodStart }, { deps, inOrg }) {
    const period = { formId, periodStart: civilDate(periodStart) }
    await inOrg(orgId, async (scope) => {
      const form = await formFacts(scope, formId)
      if (!form || form.isEnded || !form.settings.tellsPublisher) return
      const now = deps.clock.now()
      // Told in the morning of all that came at night, not once for each gathering time.
      const notBefore = await ownQuietUntil(scope, form.publishedBy, form, now)
      if (notBefore !== null) {
        const dedupKey = `${formId}/${periodStart}/awake`
        return emit(scope, tellNewAnswers, { orgId, formId, periodStart }, { now, notBefore, dedupKey })
      }
      await people.holdNews(scope, formId)
      const filed = await people.countFiledSince(scope, period, await people.lastToldAt(scope, formId))
      if (filed === 0) return
      await planPush(deps, scope, {
        ...period,
        kind: 'new-answers',
        plannedAt: now,
        subject: String(filed),
        recipients: [form.publishedBy],
      })
    })
  },
})

/** Tells the admins that the government refused a report, in the transaction that notes the refusal (Z-44). */
export async function tellRefusal(
  deps: Pick<Deps, 'clock' | 'workplace'>,
  scope: OrgScope,
  refused: people.Period & { readonly reportId: string },
): Promise<void> {
  await planPush(deps, scope, {
    formId: refused.formId,
    periodStart: refused.periodStart,
    kind: 'refusal',
    plannedAt: deps.clock.now(),
    subject: refused.reportId,
    recipients: await people.adminIds(scope),
  })
}
