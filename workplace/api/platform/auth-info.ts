import { sql } from 'drizzle-orm'
import { levelHeld } from '../certification/certification.repo.ts'
import * as apps from '../apps/apps.repo.ts'
import type { Suite } from '../config.ts'
import type { OrgScope } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { found } from '../errors.ts'
import { inviteState } from '../orgs/joining.ts'

export interface AuthInfo {
  auth_user_info: { userId: string }
  auth_corp_info: Record<string, unknown>
  auth_scope: Record<string, unknown>
  auth_info: { agent: Record<string, unknown>[] }
}

/** As DingTalk counts: 1 is advanced, 2 intermediate. */
const authLevels = { none: 0, advanced: 1, intermediate: 2 } as const

/** What an authorisation says: pushed as org_suite_auth, read as get_auth_info. */
export async function authInfo(
  scope: OrgScope,
  { deps, suite, app }: { deps: Deps; suite: Suite; app: apps.InstalledRow },
): Promise<AuthInfo> {
  const org = found(
    await scope.one<{
      corp_id: string
      name: string
      industry: string
      join_code: string
      join_expires_at: Date | null
    }>(sql`select corp_id, name, industry, join_code, join_expires_at from orgs where id = ${scope.orgId}`),
  )
  const admins = await scope.rows<{ userid: string }>(
    sql`select userid from members where org_id = ${scope.orgId} and role = 'main' order by userid`,
  )
  const isOpen = inviteState(org.join_expires_at, deps.clock.now()) === 'open'
  const level = await levelHeld(scope)
  return {
    auth_user_info: { userId: app.installedBy },
    auth_corp_info: {
      corpid: org.corp_id,
      corp_name: org.name,
      full_corp_name: org.name,
      corp_type: 0,
      industry: org.industry,
      corp_logo_url: '',
      is_authenticated: level !== null,
      auth_level: authLevels[level ?? 'none'],
      invite_code: isOpen ? org.join_code : '',
      invite_url: isOpen ? `${deps.config.publicUrl}/join/${org.join_code}` : '',
      license_code: app.promoCode ?? '',
      auth_channel: '',
      auth_channel_type: '',
    },
    auth_scope: {
      errcode: 0,
      errmsg: 'ok',
      auth_user_field: ['name', 'avatar', 'title', 'jobNumber'],
      condition_field: [],
      auth_org_scopes: await apps.authorisedScope(scope, app),
    },
    auth_info: {
      agent: [
        {
          agentid: app.agentId,
          appid: suite.appId,
          agent_name: suite.name,
          logo_url: suite.icon,
          admin_list: admins.map((admin) => admin.userid),
        },
      ],
    },
  }
}
