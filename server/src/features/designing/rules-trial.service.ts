import { addDays, civilDayOf, instantAt } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import * as contracts from '@kangbao/shared/contracts/designing.ts'
import { answeredOn } from '@kangbao/shared/forms/answering-day.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { definitionOf as nextOf } from '@kangbao/shared/forms/design/from-content.ts'
import { RulesTrial } from '@kangbao/shared/rules/trial.ts'
import { turns } from '@kangbao/cage/turns.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import * as forms from '../forms/index.ts'
import { answersPlace } from '../submissions/index.ts'
import { draftById } from './drafts.repo.ts'
import { answersSince, namesOf, type SealedAnswer, type Since } from './tried-answers.repo.ts'

const pageSize = 500
const sampleSize = 50
/** Thousands of answers are opened: one trial at a time in a process, and a few that wait. */
const inTurn = turns(1, 8, () => new AppError('server.overloaded'))

/**
 * What the rules of a draft would have marked in the answers its form got in the last days, compared with how they were
 * marked (Z-37). Answers are opened here and go no further: numbers come out, and who is marked otherwise.
 */
export function tryRules(ctx: MemberContext, draftId: string): Promise<contracts.RulesTrial> {
  return inTurn(async () => {
    const { zone, draft, versions } = await ctx.inOrg(async (scope) => {
      const draft = found(await draftById(scope, draftId))
      const versions = draft.formId === null ? [] : await forms.versionsOf(scope, draft.formId)
      return { draft, versions, zone: (await forms.formOrg(scope)).timeZone }
    })
    const to = civilDayOf(ctx.deps.clock.now(), zone)
    const from = addDays(to, 1 - contracts.triedDays)
    const definitions = versions.map(({ definition }) => definition)
    const next = nextOf(draft.content, draft.formId ?? draft.id, definitions)
    const trial = new RulesTrial(next)
    const isDaily = next.period === 'day'
    const sample: Omit<contracts.RulesTrial['sample'][number], 'name' | 'department'>[] = []
    const since = {
      formId: draft.formId ?? draft.id,
      from: periodStart(periodOf(next.period, from)),
      revisedSince: isDaily ? null : instantAt(from, '00:00', zone),
    }
    const isCut = await eachAnswer(ctx, since, (row, answers) => {
      const definition = definitions[row.formVersion - 1]
      if (!definition) return
      const { memberId, isAbnormal: wasAbnormal } = row
      const day = answeredOn(next.period, row.periodStart, row.givenAt, zone)
      // Corrected in these days, and given before them.
      if (day < from) return
      const { rules, isOtherwise } = trial.add({ memberId, day, definition, answers, wasAbnormal })
      if (isOtherwise && sample.length < sampleSize)
        sample.push({
          memberId,
          period: periodOf(next.period, row.periodStart),
          wasAbnormal,
          rules: [...rules],
        })
    })
    const names = await ctx.inOrg((scope) =>
      namesOf(
        scope,
        sample.map(({ memberId }) => memberId),
      ),
    )
    const who = (id: string) => names.get(id) ?? { name: '', department: '' }
    const result = trial.result()
    return {
      ...result,
      from,
      to,
      isCut,
      days: [...result.days],
      rules: [...result.rules],
      sample: sample.map((each) => ({ ...each, ...who(each.memberId) })),
    }
  })
}

/** Opens answers page by page, the newest first. @returns whether there were more than are looked at. */
async function eachAnswer(
  { deps, orgId, inOrg }: MemberContext,
  since: Since,
  look: (row: SealedAnswer, answers: Answers) => void,
): Promise<boolean> {
  let before: SealedAnswer | null = null
  for (let looked = 0; looked < contracts.mostTried;) {
    const page = { before, limit: pageSize }
    const rows: SealedAnswer[] = await inOrg((scope) => answersSince(scope, since, page))
    const opened = rows.map((row) =>
      deps.vault.open(answersPlace({ ...row, formId: since.formId, orgId }, row.revision), row.answers),
    )
    const texts = await Promise.all(opened)
    rows.forEach((row, i) => look(row, JSON.parse(texts[i] ?? '{}') as Answers)) // sealed by the writer
    looked += rows.length
    before = rows.at(-1) ?? null
    if (rows.length < pageSize) return false
  }
  const [more] = await inOrg((scope) => answersSince(scope, since, { before, limit: 1 }))
  return more !== undefined
}
