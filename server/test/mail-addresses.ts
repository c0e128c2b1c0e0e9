import { sql } from 'drizzle-orm'
import { addressPlace } from '../src/features/mail/index.ts'
import type { TestServer } from './server.ts'
import type { Person, World } from './world.ts'

/** Somebody has confirmed an address, as if by a code. */
export async function giveAddress(
  { deps }: TestServer,
  { orgId }: World,
  { memberId }: Person,
  address: string,
  locale: 'zh-CN' | 'en' = 'zh-CN',
): Promise<void> {
  const sealed = await deps.vault.seal(addressPlace(orgId, memberId), address)
  const hash = await deps.vault.lookupHash(orgId, 'mail-address', address)
  await deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(sql`
      insert into mail_addresses (org_id, member_id, address, address_hash, locale, confirmed_at)
      values (${orgId}, ${memberId}, ${sealed}, ${hash}, ${locale}, now())`),
  )
}
