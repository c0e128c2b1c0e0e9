import { civilDate, civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { nextSends } from '@kangbao/shared/calendar/schedule.ts'
import type { BodyOf, QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/forms.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import { programmes, templateById } from '@kangbao/shared/programmes/catalogue.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { idCursor, newId } from '../../db/ids.ts'
import { noteEvent } from '../../db/org-events.repo.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { settingsChanged, viewOf } from '../completeness/index.ts'
import { visibleDepartments } from '../directory/index.ts'
import { scheduleForm, unscheduleForm } from '../notifications/index.ts'
import * as forms from '../forms/index.ts'
import { checkSettings } from './check-settings.ts'
import { formView, linkOf, summaries } from './form-view.ts'
import { formChanged, publishNew } from './own-forms.service.ts'
import { qrPng } from './qr-png.ts'
import { defaultSettings, withNoticeDays } from './settings.ts'

const defaultPage = 50
const previewedSends = 10

export async function templates(ctx: MemberContext): Promise<ResponseOf<typeof contracts.listTemplates>> {
  const published = new Map(
    (await ctx.inOrg(forms.listPublished)).map(({ templateId, id }) => [templateId, id] as const),
  )
  return {
    categories: programmes.flatMap(({ categories }) => categories.map(({ id, label }) => ({ id, label }))),
    templates: programmes.flatMap((programme) =>
      programme.templates.map((definition) => ({
        definition,
        publishedFormId: published.get(definition.id) ?? null,
        defaults: defaultSettings(definition.id, definition.period === 'day'),
        noticeDays: forms.noticeDaysOf(definition.id),
      })),
    ),
  }
}

export async function previewSends(
  ctx: MemberContext,
  { repeat, endsOn }: BodyOf<typeof contracts.previewSends>,
): Promise<ResponseOf<typeof contracts.previewSends>> {
  const { timeZone } = await ctx.inOrg(forms.formOrg)
  const now = ctx.deps.clock.now()
  const lastDay = endsOn === null ? null : realDay(endsOn)
  const sends = nextSends(repeat, now, timeZone, previewedSends, lastDay)
  const [first] = sends
  const today = civilDayOf(now, timeZone)
  return {
    sends: sends.map((at) => new Date(at).toISOString()),
    beginsTomorrow: first !== undefined && civilDayOf(first, timeZone) > today,
  }
}

function realDay(text: string) {
  try {
    return civilDate(text)
  } catch (cause) {
    throw new AppError('request.invalid', { part: 'body', at: '/endsOn' }, { cause })
  }
}

/** Publishes a template as it is: its name and fields are the programme's (Z-30, Z-31). */
export async function publish(
  ctx: MemberContext,
  { templateId, settings }: BodyOf<typeof contracts.publishForm>,
): Promise<contracts.Form> {
  const definition = templateById(templateId)
  if (!definition) throw new AppError('template.missing')
  const now = ctx.deps.clock.now()
  const view = await ctx
    .inOrg(async (scope) => {
      const view = await publishNew(ctx, scope, { id: newId(), templateId, definition, settings }, now)
      await appendAudit(scope, {
        action: 'form.published',
        object: `form:${view.id}`,
        detail: { templateId },
        at: now,
      })
      return view
    })
    .catch(rethrowPublished)
  formChanged(ctx, view.id)
  return view
}

/** Two admins publishing the same template at once: the index lets one through. */
function rethrowPublished(error: unknown): never {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && 'constraint' in cause && cause.constraint === 'forms__template')
    throw new AppError('form.already-published', {}, { cause: error })
  throw error
}

export async function changeSettings(
  ctx: MemberContext,
  formId: string,
  settings: FormSettings,
): Promise<contracts.Form> {
  const now = ctx.deps.clock.now()
  const view = await ctx.inOrg(async (scope) => {
    const before = found(await forms.formById(scope, formId))
    if (before.state === 'ended') throw new AppError('form.ended')
    await checkSettings(scope, settings, now, await forms.formOrg(scope))
    const definition = found(await forms.definitionOf(scope, formId, before.version))
    const form = await forms.updateSettings(scope, formId, withNoticeDays(settings, definition))
    if (!form) throw new AppError('form.ended')
    await forms.setLink(scope, form)
    await settingsChanged(scope, form, now)
    await scheduleForm(scope, form, now)
    await appendAudit(scope, { action: 'form.settings-changed', object: `form:${formId}`, at: now })
    return formView(ctx, scope, form)
  })
  formChanged(ctx, formId)
  return view
}

/** Stops sending and taking answers; ending twice is ending once. */
export async function end(ctx: MemberContext, formId: string): Promise<contracts.Form> {
  const now = ctx.deps.clock.now()
  const view = await ctx.inOrg(async (scope) => {
    const form = found(await forms.updateEnded(scope, formId, now))
    await forms.setLink(scope, form)
    await unscheduleForm(scope, formId)
    if (form.endedAt === now) await noteEvent(scope, { type: 'form.ended', at: now, data: { formId } })
    await appendAudit(scope, { action: 'form.ended', object: `form:${formId}`, at: now })
    return formView(ctx, scope, form)
  })
  formChanged(ctx, formId)
  return view
}

export async function list(
  ctx: MemberContext,
  { cursor, limit = defaultPage }: QueryOf<typeof contracts.listForms>,
): Promise<ResponseOf<typeof contracts.listForms>> {
  const before = idCursor(cursor)
  const visible = await visibleDepartments(ctx)
  return ctx.inOrg(async (scope) => {
    const rows = await forms.listPage(scope, { before, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    const items = await summaries(ctx, scope, shown, visible)
    return { items, nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
  })
}

export async function get(ctx: MemberContext, formId: string): Promise<contracts.Form> {
  const view = await viewOf(ctx, formId)
  return ctx.inOrg(async (scope) => formView(ctx, scope, found(await forms.formById(scope, formId)), view))
}

/** Z-32: the picture that is saved to the phone. */
export async function qr(ctx: MemberContext, formId: string): Promise<Buffer> {
  const link = await ctx.inOrg(async (scope) =>
    linkOf(ctx, await forms.formOrg(scope), found(await forms.formById(scope, formId))),
  )
  return qrPng(link)
}
