import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { onceStart } from '@kangbao/shared/calendar/period.ts'
import { programmeOf } from '@kangbao/shared/programmes/catalogue.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { OrgScope } from '../../db/database.ts'
import type { WorkplaceMessage } from '../../ports/workplace.ts'
import { abnormalCard } from './abnormal-card.ts'
import { readAlertSubject } from './alert-groups.ts'
import * as cards from './cards.ts'
import type { CardForm, CardPlace } from './cards.ts'
import * as digests from './digests.repo.ts'
import type { FormFacts } from './form-facts.repo.ts'
import * as people from './people.repo.ts'
import type { Push, PushKind } from './pushes.repo.ts'
import { isDigest, type DigestKind } from './rung-kinds.ts'

/** In whose name a push goes out and what it says; null when there is nothing left to say. */
export interface Writing {
  readonly app: AppId
  /** Made once for all, or for each person by numbers read right before sending. */
  readonly message:
    WorkplaceMessage | null | ((scope: OrgScope, memberId: string) => Promise<WorkplaceMessage | null>)
}

/** How a push is written. Most say the same to all, so the text is made once; heads get their own. */
export async function writingOf(
  scope: OrgScope,
  push: Push,
  form: FormFacts,
  publicUrl: string,
): Promise<Writing> {
  const card = cardForm(form, push)
  // The rungs of one send share its moment; each speaks of its own.
  const spokenAt = isReminder(push.kind) ? push.madeAt : push.plannedAt
  const place: CardPlace = {
    publicUrl,
    today: civilDayOf(spokenAt, form.timeZone),
    plannedAt: spokenAt,
  }
  const { kind } = push
  if (isDigest(kind)) {
    const forms = await digests.formsOf(scope, push.id)
    return {
      app: 'forms',
      message: (scopeNow, managerId) => digestOf(scopeNow, { kind, forms, managerId, card, place }),
    }
  }
  if (push.kind === 'refusal') {
    const refusal = await people.refusalFacts(scope, push.subject)
    return {
      app: refusal?.kind === 'employment' ? 'employment-report' : 'health-report',
      message: refusal && cards.refusalCard(card, place, refusal),
    }
  }
  return { app: 'forms', message: await sameForAll(scope, push, card, place) }
}

const isReminder = (kind: PushKind) => kind === 'remind-members' || kind === 'remind-again' || isDigest(kind)

/** What one manager is told, by the numbers of now; null when nobody of his is missing any more. */
async function digestOf(
  scope: OrgScope,
  about: {
    readonly kind: DigestKind
    readonly forms: readonly digests.DigestForm[]
    readonly managerId: string
    readonly card: CardForm
    readonly place: CardPlace
  },
): Promise<WorkplaceMessage | null> {
  const { kind, forms, managerId, card, place } = about
  const departmentIds = await digests.departmentsOf(scope, kind, managerId)
  const missing = await digests.missingIn(scope, forms, departmentIds)
  if (missing.length === 0) return null
  const people = missing.reduce((sum, each) => sum + each.missing, 0)
  const names = await digests.namesOfMissing(scope, forms, departmentIds, people)
  const parts = forms.flatMap(({ formId, title }) => {
    const departments = missing.filter((each) => each.formId === formId)
    return departments.length === 0 ? [] : [{ title, departments }]
  })
  return cards.digestCard(card, place, { parts, names, forAdmins: kind === 'remind-admins' })
}

async function sameForAll(
  scope: OrgScope,
  push: Push,
  card: CardForm,
  place: CardPlace,
): Promise<WorkplaceMessage | null> {
  switch (push.kind) {
    case 'abnormal': {
      const { memberId, rules: numbers, mayLook } = readAlertSubject(push.subject)
      const facts = await people.abnormalFacts(scope, push, memberId)
      const rules = facts?.rules.filter(({ number }) => numbers?.includes(number) ?? true) ?? []
      if (!facts || rules.length === 0) return null
      const period = push.periodStart === onceStart ? 'once' : push.periodStart
      return abnormalCard(card, place, { ...facts, rules, memberId, period, mayLook })
    }
    case 'new-answers':
      return cards.newAnswersCard(card, place, Number(push.subject))
    case 'export-ready':
      return cards.exportCard(card, place)
    case 'export-failed':
      return cards.exportFailedCard(card, place, push.subject.split('/')[1] ?? '')
    case 'export-stopped':
      return cards.exportStoppedCard(card, place, push.subject)
    default:
      return cards.fillCard(card, place, askingOf(push.kind))
  }
}

function askingOf(kind: PushKind): cards.Asking {
  if (kind === 'send') return 'first'
  return kind === 'remind-again' ? 'once-more' : 'again'
}

/** When the period of a push closes, as people read it; null when it stays open. */
export function deadlineOf(form: FormFacts, push: Pick<Push, 'periodStart'>): string | null {
  const cutOff = (form.templateId && programmeOf(form.templateId)?.policy.cutOff) || '23:59'
  const lastDay = form.periodKind === 'day' ? push.periodStart : form.settings.endsOn
  return lastDay === null ? null : `${lastDay} ${cutOff}`
}

function cardForm(form: FormFacts, push: Push): CardForm {
  return {
    id: form.id,
    title: form.title,
    corpId: form.corpId,
    timeZone: form.timeZone,
    sendsDing: form.settings.sendsDing,
    isOwn: form.templateId === null,
    deadline: deadlineOf(form, push),
  }
}
