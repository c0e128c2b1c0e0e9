import type { OrgScope } from '../../db/database.ts'
import type { AppInOrg } from '../../ports/workplace.ts'
import { formFacts, senderOf } from './form-facts.repo.ts'
import { writingOf } from './messages.service.ts'
import * as pushes from './pushes.repo.ts'

/** In whose name the platform is spoken to about a push. */
export type PushTarget = AppInOrg & { readonly agentId: string }

/** Null when the push or its form is gone, or its app is not enabled now. */
export async function targetOf(
  scope: OrgScope,
  pushId: string,
  publicUrl: string,
): Promise<PushTarget | null> {
  const push = await pushes.byId(scope, pushId)
  const form = push && (await formFacts(scope, push.formId))
  if (!push || !form) return null
  const { app } = await writingOf(scope, push, form, publicUrl)
  const sender = await senderOf(scope, app)
  return sender && { app, ...sender }
}
