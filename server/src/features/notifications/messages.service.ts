import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { onceStart } from '@kangbao/shared/calendar/period.ts'
import { programmeOf } from '@kangbao/shared/programmes/catalogue.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { OrgScope } from '../../db/database.ts'
import type { WorkplaceMessage } from '../../ports/workplace.ts'
import * as cards from './cards.ts'
import type { CardForm, CardPlace } from './cards.ts'
import type { FormFacts } from './form-facts.repo.ts'
import * as people from './people.repo.ts'
import type { Push } from './pushes.repo.ts'

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
  const place: CardPlace = {
    publicUrl,
    today: civilDayOf(push.plannedAt, form.timeZone),
    plannedAt: push.plannedAt,
  }
  if (push.kind === 'remind-heads') {
    return {
      app: 'forms',
      message: async (scopeNow, headId) => {
        const departments = await people.missingUnderHead(scopeNow, push, headId)
        return departments.length === 0 ? null : cards.digestCard(card, place, departments)
      },
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

async function sameForAll(
  scope: OrgScope,
  push: Push,
  card: CardForm,
  place: CardPlace,
): Promise<WorkplaceMessage | null> {
  switch (push.kind) {
    case 'abnormal': {
      const facts = await people.abnormalFacts(scope, push, push.subject)
      const period = push.periodStart === onceStart ? 'once' : push.periodStart
      return facts && cards.abnormalCard(card, place, { ...facts, memberId: push.subject, period })
    }
    case 'new-answers':
      return cards.newAnswersCard(card, place, Number(push.subject))
    default:
      return cards.fillCard(card, place, push.kind !== 'send')
  }
}

function cardForm(form: FormFacts, push: Push): CardForm {
  const cutOff = (form.templateId && programmeOf(form.templateId)?.policy.cutOff) || '23:59'
  const lastDay = form.periodKind === 'day' ? push.periodStart : form.settings.endsOn
  return {
    id: form.id,
    title: form.title,
    corpId: form.corpId,
    timeZone: form.timeZone,
    sendsDing: form.settings.sendsDing,
    deadline: lastDay === null ? null : `${lastDay} ${cutOff}`,
  }
}
