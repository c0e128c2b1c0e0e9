import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/web-sign-in.ts'
import type { WebSignIn, WebSignInRequest } from '../../contracts/web-sign-in.ts'
import { listMemberships, type Membership } from '../accounts/accounts.service.ts'
import { onAppSite } from '../apps/app-site.ts'
import { suiteView } from '../apps/apps.service.ts'
import type { Suite } from '../config.ts'
import { AppError } from '../errors.ts'
import type { SessionCtx } from '../http/context.ts'
import { sessionRoute } from '../http/route.ts'
import { suiteByKey } from './tokens.ts'
import { mintUserCode } from './user-tokens.ts'

/** Signing in to an app's website (`/oauth2/auth`): the page is the client's, the decision is taken here. */
export function webSignInRoutes(app: FastifyInstance): void {
  sessionRoute(app, contracts.getWebSignIn, ({ body }, ctx) => question(ctx, body))
  sessionRoute(app, contracts.decideWebSignIn, ({ body }, ctx) => decide(ctx, body))
}

interface Asked {
  suite: Suite
  redirect: URL
  asksOrg: boolean
}

/** Nobody is sent to an address before the app and the address are known to belong together. */
function readRequest(ctx: SessionCtx, request: WebSignInRequest): Asked {
  const suite = suiteByKey(ctx.deps, request.client_id)
  if (!suite) throw new AppError('web-sign-in.app')
  const redirect = registeredRedirect(suite, request.redirect_uri, ctx.request.hostname)
  if (!redirect) throw new AppError('web-sign-in.redirect')
  const scopes = request.scope.split(/[ +]/).filter(Boolean)
  const isKnown = scopes.every((scope) => scope === 'openid' || scope === 'corpid')
  if (request.response_type !== 'code' || !scopes.includes('openid') || !isKnown)
    throw new AppError('web-sign-in.request')
  return { suite, redirect, asksOrg: scopes.includes('corpid') }
}

/** On the app's own site, or registered word for word but for the query. */
function registeredRedirect(suite: Suite, text: string, ownHost: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username || url.hash) return null
  const isOnSite = [suite.homeUrl, suite.pcHomeUrl].some(
    (home) => URL.canParse(home) && onAppSite(url, new URL(home), ownHost) !== null,
  )
  const isRegistered = suite.redirectUrls.some((registered) => {
    const known = URL.canParse(registered) ? new URL(registered) : null
    return known?.origin === url.origin && known.pathname === url.pathname
  })
  return isOnSite || isRegistered ? url : null
}

/** Of the person's orgs those that may sign in here. */
async function orgsFor(ctx: SessionCtx, request: WebSignInRequest): Promise<Membership[]> {
  const only = request.exclusiveLogin === 'true' ? request.exclusiveCorpId : undefined
  const memberships = await listMemberships(ctx.deps.db, ctx.personId)
  return memberships.filter(({ corpId }) => !only || corpId === only)
}

async function question(ctx: SessionCtx, request: WebSignInRequest): Promise<WebSignIn> {
  const { suite, redirect, asksOrg } = readRequest(ctx, request)
  const orgs = asksOrg ? await orgsFor(ctx, request) : null
  const first = orgs?.find(({ corpId }) => corpId === request.corpId)
  const ordered = orgs && first ? [first, ...orgs.filter((org) => org !== first)] : orgs
  return {
    suite: suiteView(suite),
    returnsTo: redirect.host,
    orgs: ordered?.map(({ orgId, name }) => ({ orgId, name })) ?? null,
  }
}

async function decide(
  ctx: SessionCtx,
  given: { request: WebSignInRequest; decision: 'allow' | 'refuse'; orgId?: string },
): Promise<{ redirectTo: string }> {
  const { suite, redirect, asksOrg } = readRequest(ctx, given.request)
  if (given.request.state !== undefined) redirect.searchParams.set('state', given.request.state)
  if (given.decision === 'refuse') {
    redirect.searchParams.set('error', 'access_denied')
    return { redirectTo: redirect.href }
  }
  const org = asksOrg
    ? (await orgsFor(ctx, given.request)).find(({ orgId }) => orgId === given.orgId)
    : undefined
  if (asksOrg && !org) throw new AppError('web-sign-in.org')
  const code = await mintUserCode(ctx, {
    suiteId: suite.suiteId,
    personId: ctx.personId,
    orgId: org?.orgId ?? null,
    scopes: ['Contact.User.Read', 'Contact.User.mobile'],
  })
  for (const name of ['authCode', 'code']) redirect.searchParams.set(name, code)
  return { redirectTo: redirect.href }
}
