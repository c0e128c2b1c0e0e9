import { wallTimeOf } from '@kangbao/shared/calendar/civil-day.ts'
import type { FindingRule } from '@kangbao/shared/forms/definition.ts'
import { alertsOf } from '@kangbao/shared/rules/alerts.ts'
import type { WorkplaceMessage } from '../../ports/workplace.ts'
import { locale, pageUrl, type CardForm, type CardPlace } from './cards.ts'

const usualWords = '请及时了解情况并采取措施。'
const cannotLook = '如需了解填报内容，请联系管理员。'

/**
 * Tells of an abnormal answer: the person and the kind of finding, nothing of the answers themselves. Whoever may not
 * open them is not led to them.
 */
export function abnormalCard(
  form: CardForm,
  place: CardPlace,
  facts: {
    readonly memberId: string
    readonly name: string
    readonly department: string
    readonly rules: readonly FindingRule[]
    readonly period: string
    readonly mayLook: boolean
  },
): WorkplaceMessage {
  const alerts = facts.rules.map(alertsOf)
  const words = [...new Set(alerts.flatMap((each) => each.words?.[locale].trim() || []))]
  const about = `/m/forms/manage/forms/${form.id}/${facts.period}/people/${facts.memberId}`
  return {
    title: `${alerts.some(({ isUrgent }) => isUrgent) ? '【紧急】' : ''}${form.isOwn ? '' : '健康'}异常提醒：${facts.name}`,
    lines: [
      { label: '表单', value: form.title[locale] },
      { label: '部门', value: facts.department },
      { label: '异常类型', value: facts.rules.map(({ label }) => label[locale]).join('、') },
      { label: '填报时间', value: `${place.today} ${wallTimeOf(place.plannedAt, form.timeZone)}` },
    ],
    text: `${words.join('') || usualWords}${facts.mayLook ? '' : cannotLook}`,
    url: pageUrl(place, facts.mayLook ? about : '/m/forms/', form.corpId),
  }
}
