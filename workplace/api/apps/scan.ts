import { sql } from 'drizzle-orm'
import type { ScanResult } from '../../contracts/workbench.ts'
import { suiteById } from '../deps.ts'
import type { SessionCtx } from '../http/context.ts'
import { onAppSite } from './app-site.ts'
import * as apps from './apps.repo.ts'

/** What a scanned or pasted code means to this workplace. */
export async function resolve(ctx: SessionCtx, text: string, orgId?: string): Promise<ScanResult> {
  const url = asWebUrl(text.trim())
  if (!url) return { kind: 'text', text }
  const own = ownCode(ctx, url)
  if (own) return own
  const agentId = orgId ? await appServing(ctx, url, orgId) : null
  return { kind: 'link', url: url.href, agentId, orgId: agentId === null ? null : (orgId ?? null) }
}

function asWebUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : null
}

/**
 * Codes we made ourselves, known by our own address or another name of this machine: what looks like one on any other
 * site is a link like others (S-58). The older form with everything in the query (`/install?app=…`) is still read.
 */
function ownCode({ deps, request }: SessionCtx, text: URL): ScanResult | null {
  const url = onAppSite(text, new URL(deps.config.publicUrl), request.hostname)
  if (url === null || url.username !== '' || url.password !== '') return null
  const [, page, last, ...more] = url.pathname.split('/')
  const read = (name: string): string | null => {
    const text = last && more.length === 0 ? decoded(last) : url.searchParams.get(name)
    return text === '' ? null : text
  }
  const app = page === 'install' ? read('app') : null
  if (app && suiteById(deps, app))
    return { kind: 'install', suiteId: app, promoCode: url.searchParams.get('c') }
  const code = page === 'join' ? read('code') : null
  if (code) return { kind: 'join', code }
  const ticket = page === 'scan-sign-in' ? read('t') : null
  return ticket ? { kind: 'sign-in', ticket } : null
}

/** A code that was cut in the middle of a character is a code nobody gave out, not a failure of ours. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The installed app on whose site the link stands, so that it opens in the container. */
async function appServing(
  { deps, personId, request }: SessionCtx,
  url: URL,
  orgId: string,
): Promise<number | null> {
  return deps.db.withOrg(orgId, async (scope) => {
    const member = await scope.one<{ userid: string }>(
      sql`select userid from members where org_id = ${orgId} and person_id = ${personId}`,
    )
    if (!member) return null
    for (const app of await apps.list(scope)) {
      const home = suiteById(deps, app.suiteId)?.homeUrl
      if (!home || app.state !== 'enabled') continue
      const page = onAppSite(url, new URL(home), request.hostname)
      if (page?.pathname.startsWith(new URL(home).pathname)) return app.agentId
    }
    return null
  })
}
