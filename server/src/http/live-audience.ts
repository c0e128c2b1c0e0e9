import type { LiveEvent } from '@kangbao/shared/contracts/live.ts'
import { may, type Permission } from '@kangbao/shared/contracts/permissions.ts'
import type { MemberContext } from './context.ts'

/** What a caller must be allowed to read to be told that it changed. */
const heardWith: Readonly<Record<LiveEvent['kind'], Permission>> = {
  completeness: 'completeness.read',
  form: 'forms.read',
  report: 'reports.read',
  directory: 'directory.read',
  export: 'submissions.read',
  'form-test': 'forms.publish',
  run: 'operations.read',
}

/** Ids of the forms a member was let in to see besides the admins (Z-31). */
export type SharedForms = (ctx: MemberContext) => Promise<readonly string[]>

/**
 * Passes on the events one caller may hear (S-02): by the permissions of his role, and for a shared viewer those of the
 * forms he was let in to. A form event may have changed the latter, so it is read again first.
 */
export async function audienceOf(
  ctx: MemberContext,
  sharedForms: SharedForms,
  tell: (event: LiveEvent) => void,
): Promise<(event: LiveEvent) => void> {
  const isViewer = !ctx.isGuest && !may(ctx.role, 'completeness.read')
  let shared: readonly string[] = isViewer ? await sharedForms(ctx) : []

  async function tellViewer(event: LiveEvent): Promise<void> {
    if (event.kind !== 'form' && event.kind !== 'completeness') return
    if (event.kind === 'form') shared = await sharedForms(ctx)
    if (shared.includes(event.formId)) tell(event)
  }

  return (event) => {
    if (ctx.isGuest) return
    if (may(ctx.role, heardWith[event.kind])) tell(event)
    else if (isViewer)
      tellViewer(event).catch((error: unknown) => ctx.deps.log.warn({ err: error }, 'live event not told'))
  }
}
