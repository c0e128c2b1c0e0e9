import type { Database } from '../../db/database.ts'
import type { Vault } from '../../ports/vault.ts'
import type { Feature } from '../index.ts'

/** Where the platform's suite tickets are kept between restarts. */
export interface TicketStore {
  read(app: string): Promise<string | null>
}

export function ticketStore(_database: Database, _vault: Vault): TicketStore {
  return { read: async () => null }
}

export const authorisation: Feature = { routes: async () => undefined }
