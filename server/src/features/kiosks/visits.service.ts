import { periodStart } from '@kangbao/shared/calendar/period.ts'
import type * as contracts from '@kangbao/shared/contracts/kiosk-tablet.ts'
import {
  kioskVisitPattern,
  type KioskForm,
  type KioskReceipt,
  type KioskVisit,
} from '@kangbao/shared/contracts/kiosk-tablet.ts'
import type { ColleagueFilling } from '@kangbao/shared/contracts/colleagues.ts'
import type { BodyOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { withoutFields } from '@kangbao/shared/forms/paths.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { AppError, found } from '../../errors.ts'
import { isMemberAsked } from '../completeness/index.ts'
import { standingOf } from '../directory/index.ts'
import { upload, type Upload } from '../files/index.ts'
import {
  blankFilling,
  bySheet,
  currentPeriod,
  fileFirst,
  fillable,
  openForms,
  profileOf,
  storeFirst,
} from '../submissions/index.ts'
import { atKiosk, type KioskContext } from './kiosk-door.ts'
import { seen } from './kiosks.repo.ts'
import { holderOfPass, newPass } from './pass.ts'
import { identify } from './presented.service.ts'

type Body<C> = BodyOf<C>

export async function knock(
  deps: Deps,
  { token }: Body<typeof contracts.knockAtKiosk>,
): Promise<ResponseOf<typeof contracts.knockAtKiosk>> {
  const { orgName, name, place } = (await atKiosk(deps, token)).kiosk
  return { orgName, name, place }
}

/** A photo is taken and a name is signed at the tablet; a document would have to lie on it. */
const documentsOf = ({ fields }: FormDefinition) => fields.filter(({ type }) => type === 'file')
const needsPhone = (definition: FormDefinition) => documentsOf(definition).some(({ required }) => required)

/** Forms that may be filled here now by somebody, unfiled ones first. */
async function formsFor(ctx: KioskContext, memberId: string): Promise<KioskForm[]> {
  const { formIds } = ctx.kiosk
  const open = (await openForms(ctx)).filter(
    ({ formId, window }) => window.state === 'open' && (formIds === null || formIds.includes(formId)),
  )
  return ctx.inOrg(async (scope) => {
    const forms: KioskForm[] = []
    for (const { formId, facts, period } of open) {
      const { form, definition } = facts
      if (!(await isMemberAsked(scope, form.settings.audience, memberId))) continue
      const sheet = await bySheet(scope, { formId, memberId, periodStart: periodStart(period) })
      const isFiled = sheet !== null
      forms.push({ formId, title: definition.title, period, isFiled, needsPhone: needsPhone(definition) })
    }
    return forms.sort((a, b) => Number(a.isFiled) - Number(b.isFiled))
  })
}

/** @throws AppError `kiosk.closed`, `kiosk.person-unknown`, `kiosk.too-many-tries`. */
export async function enter(
  deps: Deps,
  { token, presented }: Body<typeof contracts.enterKiosk>,
): Promise<KioskVisit> {
  const ctx = await atKiosk(deps, token)
  const memberId = await identify(ctx, presented)
  const person = await ctx.inOrg(async (scope) => {
    await seen(scope, ctx.kiosk.id, deps.clock.now())
    return found(await profileOf(scope, memberId))
  })
  const { pass, endsAt } = await newPass(ctx, memberId)
  return {
    pass,
    endsAt: new Date(endsAt).toISOString(),
    name: person.name,
    forms: await formsFor(ctx, memberId),
  }
}

/** The tablet and who stands before it, who may have left the organisation meanwhile. */
async function visitor(deps: Deps, { token, pass }: { token: string; pass: string }) {
  const ctx = await atKiosk(deps, token)
  const memberId = await holderOfPass(ctx, pass)
  await ctx.inOrg((scope) => stillHere(scope, memberId))
  return { ctx, memberId }
}

async function stillHere(scope: OrgScope, memberId: string): Promise<void> {
  if (!(await standingOf(scope, memberId))) throw new AppError('kiosk.visit-over')
}

export async function forms(
  deps: Deps,
  body: Body<typeof contracts.listKioskForms>,
): Promise<ResponseOf<typeof contracts.listKioskForms>> {
  const { ctx, memberId } = await visitor(deps, body)
  return { forms: await formsFor(ctx, memberId) }
}

/** @throws AppError `resource.missing` for a form that is not filled at this tablet. */
function isTaken({ kiosk: { formIds } }: KioskContext, formId: string): void {
  if (formIds !== null && !formIds.includes(formId)) throw new AppError('resource.missing')
}

export async function filling(
  deps: Deps,
  body: Body<typeof contracts.getKioskFilling>,
): Promise<ColleagueFilling> {
  const { ctx, memberId } = await visitor(deps, body)
  isTaken(ctx, body.formId)
  const { facts, today, period } = await currentPeriod(ctx, body.formId)
  const blank = await ctx.inOrg((scope) => blankFilling(ctx, scope, facts, { memberId, today, period }))
  const documents = documentsOf(facts.definition).map(({ id }) => id)
  const definition = withoutFields(blank.filling.definition, documents)
  const { profile } = blank.filling
  const department = asksDepartment(definition) ? profile.department : ''
  return { ...blank, filling: { ...blank.filling, definition, profile: { ...profile, department } } }
}

/** Number and name stand on many a badge: who knows them learns nothing here that the form itself does not show. */
const asksDepartment = ({ fields }: FormDefinition) =>
  fields.some(
    (field) =>
      (field.type === 'profile' && field.shows.includes('department')) ||
      ('prefill' in field && field.prefill === 'department'),
  )

/**
 * Takes in a photo or a signature of whoever stands before the tablet; it is his, and swept when he does not file it.
 * @param visit As the header says it.
 * @throws AppError `kiosk.visit-over` without a header that can be read, `file.…` for whatever is wrong with it.
 */
export async function sendFile(deps: Deps, visit: unknown, given: Upload): Promise<{ id: string }> {
  const [, token, pass] = kioskVisitPattern.exec(String(visit)) ?? []
  if (token === undefined || pass === undefined) throw new AppError('kiosk.visit-over')
  const { ctx, memberId } = await visitor(deps, { token, pass })
  const { id } = await upload({ ...ctx, memberId }, given)
  return { id }
}

/** Files somebody’s own answers at the tablet, if there are none yet (Z-34, Z-35). */
export async function file(deps: Deps, body: Body<typeof contracts.fileAtKiosk>): Promise<KioskReceipt> {
  const { ctx, memberId } = await visitor(deps, body)
  isTaken(ctx, body.formId)
  const { period, answers, consents } = body
  const facts = await fillable({ ...ctx, isGuest: false }, body)
  const { id: kioskId } = ctx.kiosk
  const receipt = await fileFirst(ctx, body, facts, async (scope) => {
    await stillHere(scope, memberId)
    // He files himself, so nobody else is named; and what he read on the tablet he decided there.
    const told = consents && { ...consents, toldBy: null, kioskId }
    const way = 'kiosk'
    const filing = { facts, period, memberId, filedBy: memberId, way, answers, told } as const
    const stored = await storeFirst(scope, deps, filing)
    if (stored.outcome === 'saved')
      await appendAudit(scope, {
        action: 'submission.filed-at-kiosk',
        object: `submission:${stored.receipt.submissionId}`,
        people: [memberId],
        detail: { kiosk: kioskId },
        at: deps.clock.now(),
      })
    return stored
  })
  const { number, formId, filedAt } = receipt
  return { number, formId, period, filedAt }
}
