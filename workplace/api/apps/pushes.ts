import { sql } from 'drizzle-orm'
import { digest, randomToken } from '../crypto/secrets.ts'
import type { OrgScope } from '../db/database.ts'
import { suiteById, type Deps } from '../deps.ts'
import { emit, type Push } from '../pushes/emit.ts'
import * as apps from './apps.repo.ts'

export type AppChange = 'installed' | 'scope-changed' | 'stopped' | 'restored' | 'removed'

const authType = 4
const microAppType = 7

/** Tells the suite what an org did with its app, in the push style of the suite. */
export async function emitAppChange(
  scope: OrgScope,
  deps: Deps,
  given: { suiteId: string; agentId: number; change: AppChange },
): Promise<void> {
  const suite = suiteById(deps, given.suiteId)
  if (!suite) return
  const base = { suite, orgId: scope.orgId }
  const auth = (action: string, data: Record<string, unknown> = {}): Push => ({
    ...base,
    bizType: authType,
    bizId: suite.suiteId,
    action,
    data,
  })
  const microApp = (action: string): Push => ({
    ...base,
    bizType: microAppType,
    bizId: String(suite.appId),
    action,
    data: { agentId: given.agentId },
  })
  const isLegacy = suite.pushStyle === 'legacy'
  const pushes: Record<AppChange, () => Promise<Push[]> | Push[]> = {
    installed: async () =>
      isLegacy
        ? [auth('tmp_auth_code', { code: await newTmpCode(scope, suite.suiteId) })]
        : [auth('org_suite_auth')],
    'scope-changed': () =>
      isLegacy ? [auth('change_auth')] : [auth('org_suite_change'), microApp('org_micro_app_scope_update')],
    stopped: () => [microApp('org_micro_app_stop')],
    restored: () => [microApp('org_micro_app_restore')],
    removed: () =>
      isLegacy ? [auth('suite_relieve')] : [microApp('org_micro_app_remove'), auth('org_suite_relieve')],
  }
  for (const push of await pushes[given.change]()) await emit(scope, deps, push)
}

async function newTmpCode(scope: OrgScope, suiteId: string): Promise<string> {
  const code = randomToken(24)
  await scope.run(sql`insert into tmp_auth_codes (code_hash, suite_id, org_id)
    values (${digest(code)}, ${suiteId}, ${scope.orgId})`)
  return code
}

/** Apps for admins only see other people once the admins change. */
export async function emitAdminScopeChange(scope: OrgScope, deps: Deps): Promise<void> {
  for (const app of await apps.list(scope))
    if (app.scopeKind === 'admins')
      await emitAppChange(scope, deps, {
        suiteId: app.suiteId,
        agentId: app.agentId,
        change: 'scope-changed',
      })
}
