import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { onceStart, periodOf } from '@kangbao/shared/calendar/period.ts'
import { auditActions } from '@kangbao/shared/audit/actions.ts'
import type { QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/own-data.ts'
import { answerInWords } from '@kangbao/shared/forms/answer-words.ts'
import type { AnswerValue } from '@kangbao/shared/forms/answers.ts'
import type { Field } from '@kangbao/shared/forms/definition.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { looksAt, type Look } from '../audit-log/index.ts'
import { casesAbout } from '../cases/index.ts'
import { guardianPlace } from '../consents/index.ts'
import { definitionOf } from '../forms/index.ts'
import { addressPlace, sealedAddress } from '../mail/index.ts'
import { ownAnswers, type OwnAnswers } from '../submissions/index.ts'
import * as repo from './own-data.repo.ts'

const iso = (at: string | Date) => new Date(at).toISOString()
const isoOrNull = (at: string | Date | null) => (at === null ? null : iso(at))
/** Looks told in a copy; the page shows all of them. */
const looksInCopy = 500

/**
 * Everything the product holds on a member of this organisation (S-43), read in one transaction and written down.
 * @param as What it was handed out as.
 */
export async function everything(ctx: MemberContext, as: 'json' | 'xlsx'): Promise<contracts.OwnData> {
  const now = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    await appendAudit(scope, {
      action: 'own-data.copied',
      object: `own-data:${as}`,
      people: [ctx.memberId],
      at: now,
    })
    const { orgName, profile } = await profileOf(ctx, scope)
    return {
      madeAt: new Date(now).toISOString(),
      orgName,
      profile,
      answers: (await ownAnswers(scope, ctx.deps.vault, ctx.memberId)).map(answerSheet),
      asked: await askedOf(ctx, scope),
      absences: await repo.absences(scope, ctx.memberId),
      followUps: await followUpsOf(ctx, scope),
      cards: await repo.cards(scope, ctx.memberId),
      consents: await consentsOf(ctx, scope),
      files: await filesOf(ctx, scope),
      messages: await repo.messages(scope, ctx.memberId),
      sessions: await repo.sessions(scope, ctx.memberId),
      erasures: await repo.erasures(scope, ctx.memberId),
      looks: (await looksAt(scope, ctx.memberId, undefined, looksInCopy)).items.map(lookView),
    }
  })
}

async function profileOf({ deps, memberId, orgId }: MemberContext, scope: OrgScope) {
  const row = found(await repo.profile(scope, memberId))
  const place = { orgId, table: 'members', column: 'phone', row: memberId }
  const mail = await sealedAddress(scope, memberId)
  const profile = {
    memberId,
    userId: row.user_id,
    name: row.name,
    title: row.title,
    jobNumber: row.job_number,
    role: row.role,
    departments: row.departments ?? [],
    phone: row.phone === null ? null : await deps.vault.open(place, row.phone),
    mail: mail === null ? null : await deps.vault.open(addressPlace(orgId, memberId), mail),
    joinedAt: iso(row.joined_at),
    isGuest: row.is_guest,
  }
  return { orgName: row.org_name, profile }
}

function answerSheet({ definition, ...sheet }: OwnAnswers): contracts.OwnData['answers'][number] {
  return {
    form: definition.title,
    period: sheet.period,
    number: sheet.number,
    revision: sheet.revision,
    filedAt: sheet.filedAt,
    isByOneself: sheet.isByOneself,
    ...(sheet.filedAs && { filedAs: sheet.filedAs }),
    reason: sheet.reason,
    answers: sheet.answers,
    read: definition.fields.flatMap((field) => {
      const value = sheet.answers[field.id]
      return value === undefined ? [] : [{ question: field.label, answer: inWords(field, value) }]
    }),
  }
}

/** An answer in both languages; places by their number, whose names the screens know. */
function inWords(field: Field, value: AnswerValue): LocalText {
  const say = (locale: keyof LocalText) => answerInWords(field, value, { locale, region: (code) => code })
  return { 'zh-CN': say('zh-CN'), en: say('en') }
}

async function askedOf({ memberId }: MemberContext, scope: OrgScope) {
  const items = []
  for (const row of await repo.asked(scope, memberId)) {
    const definition = found(await definitionOf(scope, row.form_id, row.version))
    const day = civilDate(row.day)
    items.push({
      form: definition.title,
      period: day === onceStart ? 'once' : periodOf(definition.period, day),
      department: row.department ?? '',
      filedAt: isoOrNull(row.filed_at),
      remindedAt: isoOrNull(row.reminded_at),
    })
  }
  return items
}

async function followUpsOf({ deps, memberId }: MemberContext, scope: OrgScope) {
  const items = []
  for (const { formId, formVersion, periodStart: day, ...row } of await casesAbout(
    scope,
    deps.vault,
    memberId,
  )) {
    const { title, period: kind } = found(await definitionOf(scope, formId, formVersion))
    items.push({
      form: title,
      period: day === onceStart ? 'once' : periodOf(kind, day),
      state: row.state,
      openedAt: row.openedAt,
      acts: [...row.acts],
    })
  }
  return items
}

async function consentsOf({ deps, orgId, memberId }: MemberContext, scope: OrgScope) {
  const rows = await repo.consents(scope, memberId)
  return Promise.all(
    rows.map(async ({ id, guardian, decided_at, told_to, ...row }) => {
      const opened = guardian && (await deps.vault.open(guardianPlace(orgId, id), guardian))
      return {
        ...row,
        decidedAt: iso(decided_at),
        toldTo: told_to,
        guardian: opened === null ? null : (JSON.parse(opened) as { name: string; phone: string }), // sealed by decide()
      }
    }),
  )
}

async function filesOf({ deps, orgId, memberId }: MemberContext, scope: OrgScope) {
  const rows = await repo.files(scope, memberId)
  return Promise.all(
    rows.map(async ({ id, name, media_type, content_bytes, created_at }) => ({
      id,
      name:
        name === null ? '' : await deps.vault.open({ orgId, table: 'files', column: 'name', row: id }, name),
      type: media_type ?? '',
      bytes: Number(content_bytes),
      sentAt: iso(created_at),
    })),
  )
}

function lookView({ at, byName, action, form }: Look): contracts.OwnData['looks'][number] {
  const { 'zh-CN': zh, en } = auditActions[action]
  return { at, by: byName, action: { 'zh-CN': zh, en }, form }
}

/** Who looked at my data (S-46): named, since it is the person's own right to know. */
export async function looks(
  ctx: MemberContext,
  { cursor, limit }: QueryOf<typeof contracts.listLooks>,
): Promise<ResponseOf<typeof contracts.listLooks>> {
  const page = await ctx.inOrg((scope) => looksAt(scope, ctx.memberId, cursor, limit))
  return {
    items: page.items.map((each) => ({ id: each.id, ...lookView(each) })),
    nextCursor: page.nextCursor,
  }
}
