import { guardianPurpose, noticePurpose, type Notice } from '@kangbao/shared/consents/notice.ts'
import type { BodyOf, QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/consents.ts'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { noticeOf, templateById } from '@kangbao/shared/programmes/catalogue.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { longestStatementMs, type OrgScope } from '../../db/database.ts'
import { idCursor } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { listOwnDecisions, newestDecisions, type OwnDecision } from '../consents/index.ts'
import { finishWithdrawal, takeBack } from '../erasures/index.ts'
import { formsOfSubject } from '../forms/index.ts'

const defaultPage = 50
/** Longer than a filing that looked just before the withdrawal can be under way. */
const afterFilingsUnderWayMs = longestStatementMs + 5_000

const labels: Readonly<Record<string, LocalText>> = {
  [noticePurpose]: { 'zh-CN': '个人信息告知书', en: 'Notice on personal data' },
  [guardianPurpose]: { 'zh-CN': '监护人同意', en: 'A guardian’s consent' },
}

export async function list(
  ctx: MemberContext,
  { cursor, limit = defaultPage }: QueryOf<typeof contracts.listMyConsents>,
): Promise<ResponseOf<typeof contracts.listMyConsents>> {
  const before = idCursor(cursor)
  return ctx.inOrg(async (scope) => {
    const rows = await listOwnDecisions(scope, ctx.memberId, { before, limit: limit + 1 })
    const items = []
    for (const row of rows.slice(0, limit)) items.push(view(row, await definitionFor(scope, row.subject)))
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  })
}

async function definitionFor(scope: OrgScope, subject: string): Promise<FormDefinition | null> {
  return templateById(subject) ?? (await formsOfSubject(scope, subject))[0]?.definition ?? null
}

function view(row: OwnDecision, definition: FormDefinition | null): contracts.MyConsent {
  const notice = definition && noticeOf(definition)
  const { id, subject, purpose, version, decision } = row
  return {
    id,
    subject,
    purpose,
    version,
    decision,
    title: definition?.title ?? { 'zh-CN': subject, en: subject },
    label: labels[purpose] ?? labelOf(notice, purpose),
    decidedAt: new Date(row.decidedAt).toISOString(),
    ...(row.toldTo !== null && { toldTo: row.toldTo }),
    ...(row.kiosk !== null && { kiosk: row.kiosk }),
    isWithdrawable: decision === 'given' && isConsent(notice, purpose),
  }
}

function labelOf(notice: Notice | null, purpose: string): LocalText {
  return notice?.purposes.find(({ id }) => id === purpose)?.label ?? { 'zh-CN': purpose, en: purpose }
}

/** What rests on a duty was never consented to: it can be objected to and deleted, not withdrawn. */
function isConsent(notice: Notice | null, purpose: string): boolean {
  return purpose !== noticePurpose || notice?.basis === 'consent'
}

/** At once: written down and what it covered taken away in one transaction (S-40). */
export async function withdraw(
  ctx: MemberContext,
  { subject, purpose }: BodyOf<typeof contracts.withdrawConsent>,
): Promise<ResponseOf<typeof contracts.withdrawConsent>> {
  const { deps, memberId, orgId } = ctx
  const now = deps.clock.now()
  const answersChanged = await ctx.inOrg(async (scope) => {
    const decisions = await newestDecisions(scope, memberId, subject)
    const newest = found(decisions.find((each) => each.purpose === purpose))
    const definition = await definitionFor(scope, subject)
    if (!isConsent(definition && noticeOf(definition), purpose))
      throw new AppError('consent.not-withdrawable')
    // Twice is once: a tap that was answered late is no mistake of his.
    if (newest.decision !== 'given') return 0
    const at = Math.max(now, newest.decidedAt)
    await deps.erasures.append({ kind: 'consent', orgId, memberId, subject, purpose, at })
    const changed = await takeBack(deps, scope, { memberId, subject, purpose, at, now })
    const data = { orgId, memberId, subject, purpose }
    await emit(scope, finishWithdrawal, data, { now, notBefore: now + afterFilingsUnderWayMs })
    await appendAudit(scope, {
      action: 'consent.withdrawn',
      object: `consent:${purpose}`,
      people: [memberId],
      detail: { subject, answersChanged: changed },
      at: now,
    })
    return changed
  })
  return { withdrawnAt: new Date(now).toISOString(), answersChanged }
}
