import { sql } from 'drizzle-orm'
import type { AdminAccess } from '../../contracts/orgs.ts'
import { passwordProblem } from '../../contracts/passwords.ts'
import { isUnlocked, oneTryMore, triesUsedUp } from '../accounts/password-tries.ts'
import { addSeconds } from '../clock.ts'
import { requireGoodPassword } from '../crypto/good-password.ts'
import { hashPassword, isPassword } from '../crypto/passwords.ts'
import { AppError, found } from '../errors.ts'
import type { MemberCtx, OrgCtx } from '../http/context.ts'
import { isDissolved } from './living.ts'

const elevationSeconds = 30 * 60
/** Under the manual's rule the phone must have spoken within a working day: a weaker word beside a stronger proof. */
const freshSignInSeconds = 12 * 3600

export async function get({ scope, self, sessionId, now, deps }: OrgCtx): Promise<AdminAccess> {
  const row = await scope.one<{ has_password: boolean; until: Date | null }>(sql`
    select exists (select 1 from admin_passwords where org_id = ${scope.orgId} and userid = ${self.userid}) as has_password,
      (select until from admin_elevations
        where org_id = ${scope.orgId} and session_id = ${sessionId} and until > ${now}) as until`)
  return {
    hasPassword: row?.has_password ?? false,
    elevatedUntil: row?.until?.toISOString() ?? null,
    passwordRule: deps.config.adminPasswordRule,
  }
}

/**
 * Sets the first password, or another in place of the current one; then no other session stays open by the old one.
 * @throws AppError `admin.password-set` when there is one and the current is not given.
 */
export async function setPassword(
  ctx: MemberCtx,
  given: { password: string; current?: string },
): Promise<AdminAccess> {
  await requireFreshSignIn(ctx)
  if (given.current !== undefined) await requireRight(ctx, given.current)
  await requireGood(ctx, given.password)
  const hash = await hashPassword(given.password)
  return ctx.inOrg(async (scope) => {
    const { userid } = ctx.self
    const changed =
      given.current === undefined
        ? await scope.run(sql`insert into admin_passwords (org_id, userid, hash)
            values (${scope.orgId}, ${userid}, ${hash}) on conflict do nothing`)
        : await scope.run(sql`update admin_passwords set hash = ${hash}, failures = 0, locked_until = null
            where org_id = ${scope.orgId} and userid = ${userid}`)
    if (changed === 0) throw new AppError('admin.password-set')
    await scope.run(sql`delete from admin_elevations e using sessions s
      where e.org_id = ${scope.orgId} and s.id = e.session_id and s.person_id = ${ctx.personId}`)
    return open({ ...ctx, scope })
  })
}

/**
 * Opens admin acts of this session for half an hour.
 * @throws AppError `admin.password-outdated` for a right one today's rule no longer takes: it has to be changed first.
 */
export async function elevate(ctx: MemberCtx, password: string): Promise<AdminAccess> {
  await requirePassword(ctx, password)
  if (passwordProblem(password, ctx.deps.config.adminPasswordRule))
    throw new AppError('admin.password-outdated')
  return ctx.inOrg((scope) => open({ ...ctx, scope }))
}

async function open(ctx: OrgCtx): Promise<AdminAccess> {
  await ctx.scope.run(sql`insert into admin_elevations (org_id, session_id, until)
    values (${ctx.orgId}, ${ctx.sessionId}, ${addSeconds(ctx.now, elevationSeconds)})
    on conflict (org_id, session_id) do update set until = excluded.until`)
  return get(ctx)
}

/** The password once more for an act of weight, however short ago it opened the others. */
export async function requirePassword(ctx: MemberCtx, password: string): Promise<void> {
  await requireFreshSignIn(ctx)
  await requireRight(ctx, password)
}

/** The try is counted before the password is looked at, so that many at once are no more tries than one after another. */
async function requireRight(ctx: MemberCtx, password: string): Promise<void> {
  const { self, now } = ctx
  const tried = await ctx.inOrg((scope) =>
    scope.one<{ hash: string }>(sql`
      update admin_passwords t set ${oneTryMore(now)}
      where t.org_id = ${scope.orgId} and t.userid = ${self.userid} and ${isUnlocked(now)}
      returning hash`),
  )
  if (!tried) throw await whyNotTried(ctx)
  if (!(await isPassword(tried.hash, password))) throw new AppError('admin.password-wrong')
  await ctx.inOrg((scope) =>
    scope.run(sql`update admin_passwords set failures = 0, locked_until = null
      where org_id = ${scope.orgId} and userid = ${self.userid} and hash = ${tried.hash}`),
  )
}

async function whyNotTried({ inOrg, self, now }: MemberCtx): Promise<AppError> {
  return inOrg(async (scope) => {
    const known = await scope.one<{ locked_until: Date | null }>(
      sql`select locked_until from admin_passwords where org_id = ${scope.orgId} and userid = ${self.userid}`,
    )
    if (known) return triesUsedUp(known.locked_until, now)
    return new AppError((await isDissolved(scope)) ? 'org.dissolved' : 'admin.password-unset')
  })
}

async function requireGood(ctx: MemberCtx, password: string): Promise<void> {
  const known = found(
    await ctx.deps.db.one<{ phone: string; name: string; org: string }>(sql`
      select p.phone, p.name, o.name as org from persons p, orgs o
      where p.id = ${ctx.personId} and o.id = ${ctx.orgId}`),
  )
  await requireGoodPassword(password, ctx.deps.config.adminPasswordRule, Object.values(known))
}

/** Nobody signs in here but by his phone, so the password is always the second proof; this keeps the first one young. */
async function requireFreshSignIn({ deps, now, sessionId }: MemberCtx): Promise<void> {
  if (deps.config.adminPasswordRule !== 'manual') return
  const fresh = await deps.db.one(sql`
    select 1 from sessions where id = ${sessionId} and created_at > ${addSeconds(now, -freshSignInSeconds)}`)
  if (!fresh) throw new AppError('admin.sign-in-old')
}
