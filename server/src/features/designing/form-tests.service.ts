import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import type { BodyOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { testDays, type FormTest } from '@kangbao/shared/contracts/form-tests.ts'
import type * as contracts from '@kangbao/shared/contracts/form-tests.ts'
import { definitionOf } from '@kangbao/shared/forms/design/from-content.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { formOrg } from '../forms/index.ts'
import { profileOf } from '../submissions/index.ts'
import { draftProblems } from './draft-problems.ts'
import { draftById } from './drafts.repo.ts'
import { sendTestCard } from './form-tests.jobs.ts'
import * as repo from './form-tests.repo.ts'

const shownTests = 10
const lifeMs = testDays * 86_400_000

/**
 * Sends a draft, as it is now, to some people to be tried on their phones.
 * @throws AppError `draft.invalid` with the problems, `form-test.people-missing`, `resource.missing`.
 */
export async function send(
  ctx: MemberContext,
  draftId: string,
  { userIds }: BodyOf<typeof contracts.sendFormTest>,
): Promise<ResponseOf<typeof contracts.sendFormTest>> {
  const now = ctx.deps.clock.now()
  const id = newId()
  return ctx.inOrg(async (scope) => {
    const { content } = found(await draftById(scope, draftId))
    const problems = await draftProblems(scope, definitionOf(content, draftId, []))
    if (problems.length > 0) throw new AppError('draft.invalid', { problems })
    const people = await repo.presentByUserId(scope, userIds)
    if (people.length < userIds.length) throw new AppError('form-test.people-missing')
    const memberIds = people.map((person) => person.id)
    const endsAt = now + lifeMs
    await repo.insertTest(scope, {
      id,
      draftId,
      content,
      memberIds,
      sentBy: ctx.memberId,
      askedAt: now,
      endsAt,
    })
    await appendAudit(scope, {
      action: 'form-test.sent',
      object: `form-draft:${draftId}`,
      people: memberIds,
      at: now,
    })
    await emit(scope, sendTestCard, { orgId: scope.orgId, testId: id }, { now, dedupKey: id })
    return { id, memberIds }
  })
}

export async function list(
  { inOrg }: MemberContext,
  draftId: string,
): Promise<ResponseOf<typeof contracts.listFormTests>> {
  return inOrg(async (scope) => {
    found(await draftById(scope, draftId))
    const tests = await repo.testsOf(scope, draftId, shownTests)
    const people = await repo.present(
      scope,
      tests.flatMap(({ memberIds }) => memberIds),
    )
    const names = new Map(people.map(({ id, name }) => [id, name]))
    return {
      items: tests.map((test) => ({
        id: test.id,
        people: test.memberIds.flatMap((id) => names.get(id) ?? []),
        triedBy: test.triedBy.flatMap((id) => names.get(id) ?? []),
        askedAt: new Date(test.askedAt).toISOString(),
        sentAt: test.sentAt === null ? null : new Date(test.sentAt).toISOString(),
        failure: test.failure,
        endsAt: new Date(test.endsAt).toISOString(),
      })),
    }
  })
}

/**
 * The form of a card, for whom it was sent to and who sent it, while it is good.
 * @throws AppError `resource.missing` otherwise.
 */
export async function open(ctx: MemberContext, testId: string): Promise<FormTest> {
  const { deps, inOrg, memberId } = ctx
  return inOrg(async (scope) => {
    const test = await mine(ctx, scope, testId)
    const now = deps.clock.now()
    const org = await formOrg(scope)
    const { name, department } = found(await profileOf(scope, memberId))
    return {
      definition: definitionOf(test.content, test.draftId, []),
      orgName: org.name,
      today: civilDayOf(now, org.timeZone),
      profile: { name, department, phone: null },
      sentBy: test.sentByName,
      endsAt: new Date(test.endsAt).toISOString(),
    }
  })
}

/** The card of whom it was sent to and who sent it, while it is good. */
async function mine(
  { deps, memberId }: MemberContext,
  scope: OrgScope,
  testId: string,
): Promise<repo.FormTestRow> {
  const test = found(await repo.testById(scope, testId))
  const isFor = test.memberIds.includes(memberId) || test.sentBy === memberId
  if (!isFor || test.endsAt <= deps.clock.now()) throw new AppError('resource.missing')
  return test
}

/**
 * Somebody has tried a card to the end: whoever sent it sees so at once.
 * @throws AppError `resource.missing` as `open` does.
 */
export async function finish(ctx: MemberContext, testId: string): Promise<Record<string, never>> {
  const { memberId } = ctx
  const tried = { testId, memberId, at: ctx.deps.clock.now() }
  const { draftId, isNews } = await ctx.inOrg(async (scope) => {
    const test = await mine(ctx, scope, testId)
    const isAsked = test.memberIds.includes(memberId)
    return { draftId: test.draftId, isNews: isAsked && (await repo.noteTried(scope, tried)) }
  })
  if (isNews) ctx.deps.live.publish(ctx.orgId, { kind: 'form-test', draftId })
  return {}
}
