import { Secret, TOTP } from 'otpauth'
import type { AccessToken } from '@kangbao/shared/contracts/sessions.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import type { Caller, RequestContext } from '../../http/context.ts'
import { issueToken } from '../../http/session.ts'
import { noteSystem } from '../authorisation/index.ts'
import * as kept from './authenticator.system.ts'
import { saveProof } from './open-sessions.system.ts'

const stepS = 30
const secretBytes = 20
/** Codes of the step before and after pass as well: phones do not keep time to the second. */
const window = 1
/** Tries until a pause; the pause makes a million codes take centuries. */
const mostFailures = 5
const pauseMs = 15 * 60_000

function totp(secret: string): TOTP {
  return new TOTP({
    issuer: 'Kangbao',
    label: 'operator',
    algorithm: 'SHA1', // the one every authenticator app knows
    digits: 6,
    period: stepS,
    secret: Secret.fromBase32(secret),
  })
}

/**
 * Makes a secret for the operator's authenticator app (S-23); nothing changes until its first code comes.
 * @throws AppError `authenticator.set`.
 */
export async function start({
  deps,
}: Pick<RequestContext, 'deps'>): Promise<{ uri: string; secret: string }> {
  const secret = new Secret({ size: secretBytes }).base32
  const isKept = await deps.database.inSystem((system) => kept.saveSecret(system, deps.vault, secret))
  if (!isKept) throw new AppError('authenticator.set')
  return { uri: totp(secret).toString(), secret }
}

/** @throws AppError `authenticator.set`, `proof.invalid`. */
export async function confirm(ctx: RequestContext, code: string): Promise<AccessToken> {
  const { deps, caller } = ctx
  if (caller === null) throw new AppError('session.missing')
  if (await deps.database.inSystem(kept.isConfirmed)) throw new AppError('authenticator.set')
  await take(deps, code)
  await note(deps, 'authenticator.set')
  return proved(deps, caller)
}

export async function remove({ deps }: Pick<RequestContext, 'deps'>): Promise<Record<string, never>> {
  await deps.database.inSystem(kept.deleteAuthenticator)
  await note(deps, 'authenticator.removed')
  return {}
}

/**
 * Uses a code of the authenticator up, once (RFC 6238, section 5.2).
 * @throws AppError `proof.invalid`, also during the pause after five wrong ones.
 */
export async function take(deps: Deps, code: string): Promise<void> {
  const isGood = await deps.database.inSystem(async (system) => {
    const authenticator = await kept.lockAuthenticator(system, deps.vault)
    if (authenticator === null) return false
    const now = deps.clock.now()
    const { secret, lastStep, failures, failedAt } = authenticator
    const isPaused = failedAt !== null && now - failedAt < pauseMs
    if (isPaused && failures >= mostFailures) return false
    const delta = totp(secret).validate({ token: code, timestamp: now, window })
    const step = delta === null ? 0 : Math.floor(now / 1000 / stepS) + delta
    if (step > lastStep) {
      await kept.saveSuccess(system, step, now)
      return true
    }
    await kept.saveFailure(system, isPaused ? failures + 1 : 1, now)
    return false
  })
  if (!isGood) throw new AppError('proof.invalid')
}

/** A token that carries the proof just given, and the proof kept with the session. */
export async function proved(deps: Deps, caller: Caller): Promise<AccessToken> {
  const now = deps.clock.now()
  await deps.database.inSystem((system) => saveProof(system, caller.sessionId, now))
  return issueToken({ ...caller, provedAt: now }, deps)
}

function note(deps: Deps, action: 'authenticator.set' | 'authenticator.removed'): Promise<void> {
  return deps.database.inSystem((system) =>
    noteSystem(system, { action, at: deps.clock.now(), actor: 'operator', detail: {} }),
  )
}
