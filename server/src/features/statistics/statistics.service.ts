import type * as contracts from '@kangbao/shared/contracts/completeness.ts'
import { mostTallied } from '@kangbao/shared/contracts/completeness.ts'
import type { QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { answeredOn } from '@kangbao/shared/forms/answering-day.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { newTally } from '@kangbao/shared/statistics/answer-tally.ts'
import type { MemberContext } from '../../http/context.ts'
import { statisticsRange } from '../completeness/index.ts'
import { definitionOf, definitionsOf, formOrg } from '../forms/index.ts'
import { answersPlace } from '../submissions/index.ts'
import { onceEach, type Questions } from './kept-tallies.ts'
import { extentUpTo, listSealed, type SealedAnswers } from './sealed-answers.repo.ts'

const pageSize = 1_000

/**
 * Counts of the questions that have no facets: answered or not, by day, by region. Facets lie readable beside the answers,
 * and a birthday or an address must not; so the answers are opened here, counted, and forgotten. For that reason of no more
 * than `mostTallied` of them, once while they stay the same, and of one org's looks one after the other.
 * @throws AppError `request.invalid` for days that do not fit, `resource.missing`, `server.overloaded`.
 */
export async function answerStatistics(
  ctx: MemberContext,
  formId: string,
  query: QueryOf<typeof contracts.getAnswerStatistics>,
): Promise<ResponseOf<typeof contracts.getAnswerStatistics>> {
  const facts = await statisticsRange(ctx, formId, query)
  const { range, form } = facts
  const extent = await ctx.inOrg((scope) => extentUpTo(scope, range, mostTallied))
  if (extent.count > mostTallied) return { collected: null, questions: [] }
  const questions = await onceEach(ctx.orgId, { range, extent, version: form.version }, () =>
    tallied(ctx, facts),
  )
  return { collected: extent.count, questions }
}

async function tallied(
  ctx: MemberContext,
  { range, definition }: Awaited<ReturnType<typeof statisticsRange>>,
): Promise<Questions> {
  const { deps, orgId } = ctx
  const { formId } = range
  const zone = (await ctx.inOrg(formOrg)).timeZone
  const versions = new Map(await ctx.inOrg((scope) => definitionsOf(scope, formId)))
  const tally = newTally(definition)
  for (let after: SealedAnswers | null = null; ;) {
    const page: SealedAnswers[] = await ctx.inOrg((scope) =>
      listSealed(scope, range, { after, limit: pageSize }),
    )
    for (const { answers, formVersion, revision, givenAt, ...place } of page) {
      const asked =
        versions.get(formVersion) ?? (await ctx.inOrg((scope) => definitionOf(scope, formId, formVersion)))
      if (!asked) throw new Error('answers to a version that is gone')
      const text = await deps.vault.open(answersPlace({ orgId, formId, ...place }, revision), answers)
      const day = answeredOn(definition.period, place.periodStart, givenAt, zone)
      tally.add(asked, JSON.parse(text) as Answers, day) // sealed by the writer
    }
    after = page.at(-1) ?? null
    if (page.length < pageSize) return tally.questions()
  }
}
