import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { recentRevocations, type Revocation } from '../db/revocations.repo.ts'
import { enterKey, readKeys, signingOf, type KeyRow } from '../db/signing-keys.system.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Vault } from '../ports/vault.ts'
import { asClaims, leewayS, namedKey, tokenKey, type Claims, type TokenKey } from './tokens.ts'

/** Access tokens are this short because a process that cannot hear of revocations still forgets them by then. */
export const tokenSeconds = 600
const lookEveryMs = 500
/** Read again and again, because a row's time is taken before its transaction commits. */
const overlapS = 60
/** How long a revocation matters: an access token's life and some. */
const keepMs = (tokenSeconds + 120) * 1000

/**
 * Signs and judges access tokens without asking the database: keys and revocations are kept in memory and read anew
 * twice a second, so that what one process ends the others refuse within a second (S-10, S-14).
 */
export interface SignInGuard {
  /** @throws AppError `server.unavailable` before the keys were read. */
  sign(claims: Claims): string
  /**
   * The claims of a token that may pass now.
   * @throws AppError `session.missing` for one that never was ours, `session.expired` for one that is no longer good,
   *   `server.unavailable` before the keys were read.
   */
  judge(token: string): Claims
  /** Whether a token judged good earlier has been revoked since. */
  isRevoked(claims: Pick<Claims, 'sid' | 'sub' | 'org' | 'role'>): boolean
  /** Told after every look that found a revocation. */
  onRevocation(listener: () => void): () => void
  /** Looks at once: after a change of this process's own. */
  catchUp(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

interface GuardDeps {
  readonly config: Pick<Config, 'JWT_SECRET'>
  readonly database: Database
  readonly vault: Vault
  readonly clock: Clock
  readonly log: Logger
}

interface Ring {
  readonly keys: ReadonlyMap<string, { readonly key: TokenKey; readonly retiresAt: number | null }>
  readonly signs: TokenKey
}

export function signInGuard({ config, database, vault, clock, log }: GuardDeps): SignInGuard {
  const environmentKid = kidOf(config.JWT_SECRET)
  const made = new Map<string, TokenKey>()
  const revoked = new Map<
    string,
    { readonly id: number; readonly role: string | null; readonly at: number }
  >()
  const listeners = new Set<() => void>()
  let ring: Ring | null = null
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> | null = null
  let isClosed = false
  let isFailing = false

  async function look(): Promise<void> {
    const withinS = ring === null ? keepMs / 1000 : overlapS
    const [keys, revocations] = await database.inSystem(async (system) => {
      if (ring === null) await enterKey(system, environmentKid, clock.now())
      return [await readKeys(system, vault), await recentRevocations(system, withinS)] as const
    })
    ring = ringOf(keys)
    if (take(revocations)) for (const listener of listeners) listener()
  }

  function ringOf(rows: readonly KeyRow[]): Ring | null {
    // A key of another environment is a name only: its secret went with it.
    const keys = new Map<string, { key: TokenKey; retiresAt: number | null }>()
    for (const { kid, secret, retiresAt, isWithdrawn } of rows) {
      const text = secret ?? (kid === environmentKid ? config.JWT_SECRET : null)
      if (isWithdrawn || text === null) continue
      const key = made.get(kid) ?? tokenKey(kid, text)
      made.set(kid, key)
      keys.set(kid, { key, retiresAt })
    }
    const signing = signingOf(rows.filter(({ kid }) => keys.has(kid)))
    const signs = signing && keys.get(signing.kid)
    return signs ? { keys, signs: signs.key } : null
  }

  function take(revocations: readonly Revocation[]): boolean {
    const now = performance.now()
    let isNew = false
    for (const { id, subject, role } of revocations) {
      if ((revoked.get(subject)?.id ?? 0) >= id) continue
      revoked.set(subject, { id, role, at: now })
      isNew = true
    }
    for (const [subject, { at }] of revoked) if (now - at > keepMs) revoked.delete(subject)
    return isNew
  }

  function catchUp(): Promise<void> {
    // One that is under way may have read before the change: a look of its own follows it.
    const next = (looking ?? Promise.resolve()).catch(() => undefined).then(look)
    looking = next
    return next.finally(() => {
      if (looking === next) looking = null
    })
  }

  function again(): void {
    if (isClosed) return
    timer = setTimeout(() => {
      catchUp()
        .then(() => (isFailing = false))
        .catch((error: unknown) => {
          if (!isFailing) log.warn({ err: error }, 'sessions: keys and revocations not read; trying on')
          isFailing = true
        })
        .finally(again)
    }, lookEveryMs)
    timer.unref()
  }

  function loaded(): Ring {
    if (ring === null) throw new AppError('server.unavailable')
    return ring
  }

  function isRevoked({ sid, sub, org, role }: Pick<Claims, 'sid' | 'sub' | 'org' | 'role'>): boolean {
    return [sid, sub, org ?? ''].some((subject) => {
      const entry = revoked.get(subject)
      return entry !== undefined && entry.role !== 'any' && entry.role !== role
    })
  }

  function judge(token: string): Claims {
    const { keys } = loaded()
    const kid = namedKey(token)
    const named = kid === null ? undefined : keys.get(kid)
    const claims = named && read(named.key, token)
    if (!named || !claims) throw new AppError('session.missing')
    const nowMs = clock.now()
    if (claims.nbf - leewayS > nowMs / 1000 || claims.iat - leewayS > nowMs / 1000)
      throw new AppError('session.missing')
    const isOver = claims.exp * 1000 <= nowMs || (named.retiresAt !== null && named.retiresAt <= nowMs)
    if (isOver || isRevoked(claims)) throw new AppError('session.expired')
    return claims
  }

  return {
    sign: (claims) => loaded().signs.sign(claims),
    judge,
    isRevoked,
    onRevocation(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    catchUp,
    async start() {
      await catchUp().catch((error: unknown) =>
        log.warn({ err: error }, 'sessions: no keys yet; nobody is let in until they are read'),
      )
      again()
    },
    async close() {
      isClosed = true
      if (timer) clearTimeout(timer)
      await looking?.catch(() => undefined)
    },
  }
}

/** The name of the environment's key: says which secret it is without saying the secret. */
export function kidOf(secret: string): string {
  return `env-${createHash('sha256').update(`kid ${secret}`).digest('hex').slice(0, 12)}`
}

function read(key: TokenKey, token: string): Claims | null {
  try {
    return asClaims(key.read(token))
  } catch {
    return null
  }
}
