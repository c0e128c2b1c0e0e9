import { BlockList, isIP, isIPv6 } from 'node:net'
import { sql } from 'drizzle-orm'
import type { Suite } from '../config.ts'
import { array, type OrgScope } from '../db/database.ts'
import { PlatformError, refusals } from './errors.ts'
import { readList, requireText } from './fields.ts'
import type { Call } from './gateway.ts'
import * as tokens from './tokens.ts'

const mostAddresses = 100

/** `1.2.3.4`, `1.2.3.0/24`; null: no address. */
function blockOf(text: string): { net: string; prefix: number; family: 'ipv4' | 'ipv6' } | null {
  const [net = '', given] = text.split('/')
  if (isIP(net) === 0) return null
  const most = isIPv6(net) ? 128 : 32
  const prefix = given === undefined ? most : Number(given)
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > most) return null
  return { net, prefix, family: isIPv6(net) ? 'ipv6' : 'ipv4' }
}

/** Whether the app may be called for from this address; an app that named none may from any. */
export async function isListed(scope: OrgScope, suite: Suite, address: string): Promise<boolean> {
  const row = await scope.one<{ addresses: string[] }>(sql`
    select addresses from app_addresses where suite_id = ${suite.suiteId} and org_id = ${scope.orgId}`)
  if (!row || row.addresses.length === 0) return true
  const list = new BlockList()
  for (const text of row.addresses) {
    const block = blockOf(text)
    if (block) list.addSubnet(block.net, block.prefix, block.family)
  }
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '')
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
}

/** set_corp_ipwhitelist: with the suite's token as the manual has it, or signed as the newer calls are. */
export async function setAddresses({ deps, query, body }: Call): Promise<Record<string, unknown>> {
  const suite = query['suite_access_token']
    ? await tokens.requireSuiteToken(deps, query['suite_access_token'])
    : await tokens.requireSignedCall(deps, query)
  const orgId = await tokens.authorisedOrg(deps, suite, requireText(body, 'auth_corpid'))
  if (body['ip_whitelist'] === undefined) throw refusals.missing('ip_whitelist')
  const addresses = readList(body['ip_whitelist'])
  if (addresses.length > mostAddresses || addresses.some((text) => blockOf(text) === null))
    throw new PlatformError(40035, '不合法的ip_whitelist')
  await deps.db.run(sql`
    insert into app_addresses (suite_id, org_id, addresses)
    values (${suite.suiteId}, ${orgId}, ${array(addresses)}::text[])
    on conflict (suite_id, org_id) do update set addresses = excluded.addresses`)
  return {}
}
