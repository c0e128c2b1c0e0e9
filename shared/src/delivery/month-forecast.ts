import { addDays, type CivilDate } from '../calendar/civil-day.ts'
import { nextSendDay } from '../calendar/schedule.ts'
import type { RepeatSchedule } from '../calendar/repeat-schedule.ts'

/** What the platform lets one do, as far as it publishes it. */
export const platformLimits = { recipientsPerMinute: 5_000, messagesPerPersonPerDay: 50 } as const

/** Calls that one message of a batch costs: the send, two for its result, five to learn who has read it. */
export const callsPerBatch = 8

export interface Used {
  readonly messages: number
  readonly calls: number
}

/** A form as far as it costs messages. */
export interface PlannedForm {
  readonly formId: string
  /** People asked in a period. */
  readonly audience: number
  /** Null: it is not sent again. */
  readonly repeat: RepeatSchedule | null
  readonly endsOn: CivilDate | null
  /** How often each person is reminded if he does not file. */
  readonly personSteps: number
  /** Managers told in messages of their own, over all digests of a send. */
  readonly digests: number
}

export interface FormForecast extends Used {
  readonly formId: string
  readonly sends: number
}

export interface MonthForecast extends Used {
  readonly forms: readonly FormForecast[]
  /** First day on which the calls of the month would not suffice; null when they do, or there is no limit. */
  readonly runsOutOn: CivilDate | null
}

/**
 * What the month will have cost at its end if everything planned is sent and nobody files in time: never less than what
 * comes, so that a month that suffices here does suffice. Today is counted when its send is still to come.
 * @param from first day whose sends are still to come, in this month or the first of the next.
 * @param lastDay of the month.
 */
export function forecastMonth(plan: {
  readonly used: Used
  readonly forms: readonly PlannedForm[]
  readonly from: CivilDate
  readonly lastDay: CivilDate
  readonly batchSize: number
  /** Null: the platform sets none. */
  readonly callsPerMonth: number | null
}): MonthForecast {
  const { used, from, lastDay, batchSize, callsPerMonth } = plan
  const callsOfDay = new Map<CivilDate, number>()
  const forms = plan.forms.map((form): FormForecast => {
    const days = sendDays(form, from, lastDay)
    const times = 1 + form.personSteps
    const calls = callsPerBatch * (times * Math.ceil(form.audience / batchSize) + form.digests)
    for (const day of days) callsOfDay.set(day, (callsOfDay.get(day) ?? 0) + calls)
    const messages = days.length * (times * form.audience + form.digests)
    return { formId: form.formId, sends: days.length, messages, calls: days.length * calls }
  })
  return {
    forms,
    messages: used.messages + sum(forms.map(({ messages }) => messages)),
    calls: used.calls + sum(forms.map(({ calls }) => calls)),
    runsOutOn: callsPerMonth === null ? null : firstBeyond(used.calls, callsOfDay, callsPerMonth, from),
  }
}

function sendDays({ repeat, endsOn }: PlannedForm, from: CivilDate, lastDay: CivilDate): CivilDate[] {
  const last = endsOn !== null && endsOn < lastDay ? endsOn : lastDay
  const days: CivilDate[] = []
  for (let day = repeat && nextSendDay(repeat, from, last); repeat && day !== null;) {
    days.push(day)
    day = nextSendDay(repeat, addDays(day, 1), last)
  }
  return days
}

function firstBeyond(
  used: number,
  callsOfDay: ReadonlyMap<CivilDate, number>,
  limit: number,
  from: CivilDate,
): CivilDate | null {
  if (used > limit) return from
  let calls = used
  for (const day of [...callsOfDay.keys()].sort()) {
    calls += callsOfDay.get(day) ?? 0
    if (calls > limit) return day
  }
  return null
}

/** First and last day of the month of a day. */
export function monthOf(day: CivilDate): { readonly firstDay: CivilDate; readonly lastDay: CivilDate } {
  const firstDay = addDays(day, 1 - Number(day.slice(8)))
  const next = addDays(firstDay, 31)
  return { firstDay, lastDay: addDays(next, -Number(next.slice(8))) }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
