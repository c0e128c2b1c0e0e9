import type { SessionEntry } from '@kangbao/shared/contracts/sessions.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { assertUuid } from '../../db/ids.ts'
import type { SystemScope } from '../../db/database.ts'
import { revokeSessions } from '../../db/revocations.repo.ts'
import { AppError } from '../../errors.ts'
import { asMember, systemActorOf, type Caller, type RequestContext } from '../../http/context.ts'
import { noteSystem } from '../authorisation/index.ts'
import { endSessions, holderOf, openSessions, type EndOf } from './open-sessions.system.ts'

type Context = Pick<RequestContext, 'deps' | 'caller'>

function signedIn({ caller }: Context): Caller {
  if (caller === null) throw new AppError('session.missing')
  return caller
}

const defaultLimit = 50

/** The caller's own open sessions, newest first (S-21). */
export async function list(
  ctx: Context,
  { cursor, limit = defaultLimit }: { cursor?: string | undefined; limit?: number | undefined },
): Promise<{ items: SessionEntry[]; nextCursor: string | null }> {
  const caller = signedIn(ctx)
  const { database, clock } = ctx.deps
  const found = await database.inSystem((system) =>
    openSessions(system, {
      ...holderOf(caller),
      now: clock.now(),
      before: cursor === undefined ? null : sessionIdOf(cursor),
      limit: limit + 1,
    }),
  )
  const items = found.slice(0, limit).map((each) => ({ ...each, isCurrent: each.id === caller.sessionId }))
  return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null }
}

function sessionIdOf(cursor: string): string {
  try {
    return assertUuid(cursor)
  } catch (cause) {
    throw new AppError('request.invalid', { part: 'querystring' }, { cause })
  }
}

/** Signing out: the access token is refused from now on, not only forgotten here. */
export async function signOut(ctx: Context): Promise<Record<string, never>> {
  await end(ctx, { only: signedIn(ctx).sessionId }, 'signed-out')
  return {}
}

/** @throws AppError `resource.missing` for a session that is not open or not one's own. */
export async function endOne(ctx: Context, sessionId: string): Promise<Record<string, never>> {
  await end(ctx, { only: sessionId }, 'ended-by-owner')
  return {}
}

export async function endOthers(ctx: Context): Promise<{ ended: number }> {
  return { ended: await end(ctx, { allBut: signedIn(ctx).sessionId }, 'ended-by-owner') }
}

async function end(ctx: Context, which: EndOf['which'], reason: EndOf['reason']): Promise<number> {
  const caller = signedIn(ctx)
  const { clock, database, guard } = ctx.deps
  const at = clock.now()
  const action = 'session.ended'
  const object = 'only' in which ? `session:${which.only}` : 'others'
  const endThem = async (scope: SystemScope) => {
    const ids = await endSessions(scope, { ...holderOf(caller), which, reason, now: at })
    if (ids.length === 0 && 'only' in which && reason === 'ended-by-owner')
      throw new AppError('resource.missing')
    await revokeSessions(scope, ids)
    return {
      ended: ids.length,
      entry: { action, object, at, detail: { reason, ended: ids.length } } as const,
    }
  }
  const { ended } =
    caller.kind === 'member'
      ? await asMember(ctx).inOrg(async (scope) => {
          const done = await endThem(scope)
          await appendAudit(scope, done.entry)
          return done
        })
      : await database.inSystem(async (system) => {
          const done = await endThem(system)
          await noteSystem(system, { ...done.entry, actor: systemActorOf(caller) })
          return done
        })
  await guard.catchUp()
  return ended
}
