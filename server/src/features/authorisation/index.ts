import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { Database, OrgScope } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { Vault } from '../../ports/vault.ts'
import type { Feature } from '../index.ts'
import { installationOf, type Installation } from './installations.repo.ts'

export { activeApps, installationOf, type Installation } from './installations.repo.ts'

/** Where the platform's suite tickets are kept between restarts. */
export interface TicketStore {
  read(app: string): Promise<string | null>
}

export function ticketStore(_database: Database, _vault: Vault): TicketStore {
  return { read: async () => null }
}

/**
 * The installation of an app the org has enabled and not stopped.
 * @throws AppError `app.not-authorised`, `app.stopped`.
 */
export async function requireInstalled(scope: OrgScope, app: AppId): Promise<Installation> {
  const installation = await installationOf(scope, app)
  if (!installation || installation.state === 'removed') throw new AppError('app.not-authorised', { app })
  if (installation.state === 'stopped') throw new AppError('app.stopped', { app })
  return installation
}

export const authorisation: Feature = { routes: async () => undefined }
