import { sql } from 'drizzle-orm'
import type { ConfigCheck, Launch, PickerPage } from '../../contracts/container.ts'
import type { Ding } from '../../contracts/messages.ts'
import { onAppSite } from '../apps/app-site.ts'
import * as apps from '../apps/apps.repo.ts'
import { newAuthCode } from '../apps/auth-codes.ts'
import type { Suite } from '../config.ts'
import { isPageSignature } from '../crypto/signatures.ts'
import { array } from '../db/database.ts'
import { suiteById } from '../deps.ts'
import * as members from '../directory/members.repo.ts'
import { AppError, found } from '../errors.ts'
import type { OrgCtx } from '../http/context.ts'
import { create as createDing } from '../messages/dings.service.ts'
import { ensureDirect } from '../messages/conversations.ts'
import { send } from '../messages/messages.service.ts'
import { mintUserCode } from '../platform/user-tokens.ts'

interface OpenApp {
  suite: Suite
  app: apps.InstalledRow
  corpId: string
}

/** The app of the path, enabled and visible to the caller: what every container call begins with. */
async function openApp(ctx: OrgCtx, agentId: number): Promise<OpenApp> {
  const app = found(await apps.byAgentId(ctx.scope, agentId))
  if (app.state === 'stopped') throw new AppError('app.stopped')
  if (!(await apps.isVisibleTo(ctx.scope, app, ctx.self.userid))) throw new AppError('app.not-visible')
  const org = await ctx.scope.one<{ corp_id: string }>(sql`select corp_id from orgs where id = ${ctx.orgId}`)
  return { suite: found(suiteById(ctx.deps, app.suiteId)), app, corpId: found(org).corp_id }
}

export async function launch(
  ctx: OrgCtx,
  agentId: number,
  given: { url?: string; pc?: boolean },
): Promise<Launch> {
  const { suite, corpId } = await openApp(ctx, agentId)
  const home = (given.pc && suite.pcHomeUrl ? suite.pcHomeUrl : suite.homeUrl).replaceAll('$CORPID$', corpId)
  const { origin } = new URL(home)
  const url = given.url
    ? pageOf(given.url, origin, ctx.request.hostname).replaceAll('$CORPID$', corpId)
    : home
  return { url, origin, corpId, agentId, appId: suite.appId, name: suite.name, icon: suite.icon }
}

/** A card may open any page of the app, but no page of anybody else as this app. */
function pageOf(text: string, origin: string, ownHost: string): string {
  const target = linkTarget(text)
  const page = target && onAppSite(target, new URL(origin), ownHost)
  if (!page) throw new AppError('request.invalid', { part: 'url' })
  return page.href.replaceAll('%24CORPID%24', '$CORPID$')
}

/** The web address inside a dingtalk:// link, or the address itself. */
function linkTarget(text: string): URL | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol === 'http:' || url.protocol === 'https:') return url
  const inner = url.searchParams.get('redirect_url') ?? url.searchParams.get('url')
  return url.protocol === 'dingtalk:' && inner && URL.canParse(inner) ? new URL(inner) : null
}

/** For the app, of the member who opened it. */
export async function mintAuthCode(ctx: OrgCtx, agentId: number): Promise<{ code: string }> {
  const { suite } = await openApp(ctx, agentId)
  return { code: await newAuthCode(ctx, suite.suiteId, 'app') }
}

/** The person's own yes, for this app in this org. */
export async function allowPersonal(
  ctx: OrgCtx,
  agentId: number,
  scopes: readonly string[],
): Promise<{ code: string }> {
  const { suite } = await openApp(ctx, agentId)
  const { orgId, personId } = ctx
  return { code: await mintUserCode(ctx, { suiteId: suite.suiteId, personId, orgId, scopes }) }
}

export interface ConfigRequest {
  href: string
  config: {
    agentId?: string | number
    corpId?: string
    timeStamp?: string | number
    nonceStr?: string
    signature?: string
    jsApiList?: string[]
  }
}

const refuse = (errorCode: string, errorMessage: string): ConfigCheck => ({
  ok: false,
  errorCode,
  errorMessage,
  granted: [],
})

/** Verifies dd.config as the client does, with the platform's codes. */
export async function checkConfig(
  ctx: OrgCtx,
  agentId: number,
  { href, config }: ConfigRequest,
): Promise<ConfigCheck> {
  const { suite, corpId } = await openApp(ctx, agentId)
  if (config.corpId !== corpId) return refuse('52010', 'corpId 不正确')
  if (String(config.agentId ?? '') !== String(agentId)) return refuse('52019', 'agentId 不正确')
  if (!config.nonceStr) return refuse('52015', 'nonceStr 为空')
  if (config.timeStamp === undefined) return refuse('52018', 'timeStamp 为空')
  if (!config.jsApiList?.length) return refuse('52017', 'jsApiList 为空')
  if (!URL.canParse(href)) return refuse('52014', 'url 不正确')
  const row = await ctx.scope.one<{ ticket: string }>(sql`
    select ticket from jsapi_tickets
    where suite_id = ${suite.suiteId} and org_id = ${ctx.orgId} and expires_at > ${ctx.now}`)
  if (!row) return refuse('52011', 'jsapi_ticket 读取失败')
  const page = { ticket: row.ticket, nonce: config.nonceStr, timestamp: String(config.timeStamp), href }
  if (!isPageSignature(config.signature ?? '', page)) return refuse('52013', '签名校验失败')
  return { ok: true, errorCode: null, errorMessage: null, granted: config.jsApiList }
}

const pickerLimit = 2000

export async function browse(ctx: OrgCtx, agentId: number, query: { deptId?: number }): Promise<PickerPage> {
  await openApp(ctx, agentId)
  const { scope, orgId, self } = ctx
  const deptId = query.deptId ?? 1
  const people = await members.page(scope, self, { deptId, after: null, limit: pickerLimit })
  const departments = await departmentRows(ctx, sql`d.parent_id = ${deptId}`)
  const path = await scope.rows<{ id: number; name: string }>(sql`
    select up.dept_id as id, up.name from departments d join departments up on up.org_id = d.org_id and up.dept_id = any(d.path)
    where d.org_id = ${orgId} and d.dept_id = ${deptId} order by array_position(d.path, up.dept_id)`)
  return {
    departments,
    users: people.map(({ userid, name }) => ({ emplId: userid, name, avatar: '' })),
    path,
  }
}

export async function resolve(
  ctx: OrgCtx,
  agentId: number,
  given: { userids?: string[]; deptIds?: number[] },
) {
  await openApp(ctx, agentId)
  const { scope, orgId } = ctx
  const [userids, deptIds] = [array(given.userids ?? []), array(given.deptIds ?? [])]
  const users = await scope.rows<{ emplId: string; name: string; avatar: string }>(sql`
    select userid as "emplId", name, '' as avatar from members
    where org_id = ${orgId} and userid = any(${userids}::text[]) order by name`)
  const row = await scope.one<{ people: number }>(sql`
    select count(*) as people from members m
    where m.org_id = ${orgId} and (m.userid = any(${userids}::text[]) or exists (
      select 1 from member_departments md join departments d on d.org_id = md.org_id and d.dept_id = md.dept_id
      where md.org_id = m.org_id and md.userid = m.userid and d.path && ${deptIds}::int[]))`)
  const departments = await departmentRows(ctx, sql`d.dept_id = any(${deptIds}::int[])`)
  return { selectedCount: row?.people ?? 0, users, departments }
}

const departmentRows = (
  { scope, orgId }: OrgCtx,
  where: ReturnType<typeof sql>,
): Promise<PickerPage['departments']> =>
  scope.rows<PickerPage['departments'][number]>(sql`
    select d.dept_id as id, d.name, (
      select count(distinct md.userid)::int from member_departments md
      join departments below on below.org_id = md.org_id and below.dept_id = md.dept_id
      where md.org_id = d.org_id and below.path @> array[d.dept_id]) as number
    from departments d where d.org_id = ${orgId} and ${where} order by d.sort, d.dept_id`)

export interface AppDing {
  userids: string[]
  text: string
  alertType?: number
  attachment?: { title?: string; url?: string; text?: string }
}

export async function ding(ctx: OrgCtx, agentId: number, given: AppDing): Promise<Ding> {
  await openApp(ctx, agentId)
  const { attachment } = given
  const link = attachment?.url
    ? { title: attachment.title || attachment.text || given.text, url: attachment.url }
    : null
  return createDing(ctx, {
    userids: given.userids,
    text: given.text,
    agentId,
    // There is no telephone here; a phone alert becomes a text message.
    remind: given.alertType === 0 || given.alertType === 1 ? 'sms' : 'app',
    ...(link ? { link } : {}),
  })
}

export interface Share {
  conversationIds?: string[]
  userids?: string[]
  url: string
  title: string
  content?: string
  image?: string
}

export async function share(ctx: OrgCtx, agentId: number, given: Share): Promise<{ sent: number }> {
  await openApp(ctx, agentId)
  if (!linkTarget(given.url)) throw new AppError('request.invalid', { part: 'url' })
  const targets = [...(given.conversationIds ?? [])]
  for (const userid of given.userids ?? []) {
    found(await ctx.scope.one(sql`select 1 from members where org_id = ${ctx.orgId} and userid = ${userid}`))
    targets.push(await ensureDirect(ctx.scope, ctx.self.userid, userid))
  }
  for (const conversationId of new Set(targets))
    await send(ctx, conversationId, {
      content: {
        msgtype: 'link',
        link: {
          messageUrl: given.url,
          picUrl: given.image ?? '',
          title: given.title,
          text: given.content ?? '',
        },
      },
    })
  return { sent: new Set(targets).size }
}
