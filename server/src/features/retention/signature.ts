import { timingSafeEqual } from 'node:crypto'
import type { Vault } from '../../ports/vault.ts'
import type { SweepRow } from './sweep.repo.ts'

/** HMAC over a sweep's summary under a key that is not in the database: who changes a number there is found out. */
export async function signatureOf(vault: Vault, orgId: string, sweep: SweepRow): Promise<Buffer> {
  const { id, day, startedAt, finishedAt, deleted } = sweep
  // In one order always: the database keeps the members of JSON in an order of its own.
  const counts = deleted.map((each) => [
    each.formId,
    each.month,
    each.answers,
    each.revisions,
    each.expectations,
    each.files,
  ])
  const text = JSON.stringify([orgId, id, day, startedAt, finishedAt, counts])
  return vault.lookupHash(orgId, 'retention-sweep', text)
}

/** Whether a finished sweep's numbers are what was signed. */
export async function isGenuine(vault: Vault, orgId: string, sweep: SweepRow): Promise<boolean> {
  if (sweep.signature === null) return false
  const expected = await signatureOf(vault, orgId, sweep)
  return expected.length === sweep.signature.length && timingSafeEqual(expected, sweep.signature)
}
