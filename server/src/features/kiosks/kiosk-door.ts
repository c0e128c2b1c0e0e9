import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { hashOf, keyOf } from './kiosk-token.ts'
import { openByToken, type OpenKiosk } from './kiosks.repo.ts'

/** A tablet at the door, let in by its token. */
export interface KioskContext {
  readonly deps: Deps
  readonly orgId: string
  readonly kiosk: OpenKiosk
  readonly inOrg: <T>(work: (scope: OrgScope) => Promise<T>) => Promise<T>
}

/** @throws AppError `kiosk.closed` for one that is closed, whose token was replaced, or that never was. */
export async function atKiosk(deps: Deps, token: string): Promise<KioskContext> {
  const { orgId, kioskId } = keyOf(token)
  const inOrg: KioskContext['inOrg'] = (work) =>
    deps.database.inOrg(orgId, { kind: 'system', name: 'kiosk' }, work)
  const kiosk = await inOrg((scope) => openByToken(scope, kioskId, hashOf(token)))
  if (!kiosk) throw new AppError('kiosk.closed')
  return { deps, orgId, kiosk, inOrg }
}
