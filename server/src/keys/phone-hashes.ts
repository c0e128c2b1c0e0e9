import type { Deps } from '../deps.ts'
import { systemOrgId } from '../db/ids.ts'

/** A phone as members are found by it: the hash of their org, and the one kept before orgs had keys of their own. */
export interface PhoneHashes {
  readonly own: Buffer
  readonly former: Buffer
}

/** How a phone is found by, without being readable, before any org is known. */
export function phoneHashOf({ vault }: Pick<Deps, 'vault'>, phone: string): Promise<Buffer> {
  return vault.lookupHash(systemOrgId, 'phone', phone)
}

/** The same inside an org, whose hash says nothing in another (S-35). */
export async function phoneHashesIn(
  deps: Pick<Deps, 'vault'>,
  orgId: string,
  phone: string,
): Promise<PhoneHashes> {
  const own = await deps.vault.lookupHash(orgId, 'phone', phone)
  return { own, former: await phoneHashOf(deps, phone) }
}
