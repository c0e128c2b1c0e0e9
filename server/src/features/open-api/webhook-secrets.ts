import type { SealedPlace } from '../../ports/vault.ts'

/** Where a secret of an endpoint is sealed for. */
export function secretPlace(orgId: string, endpointId: string, column: 'secret' | 'old_secret'): SealedPlace {
  return { orgId, table: 'webhook_endpoints', column, row: endpointId }
}
