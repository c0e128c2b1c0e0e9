import { defaultEndpointId, type EndpointMode } from '@kangbao/shared/contracts/endpoints.ts'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { systemOrgId } from '../../db/ids.ts'
import type { Deps } from '../../deps.ts'
import { exponential } from '../../jobs/define-job.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import { GovernmentUnavailable, type EndpointKeys, type Government } from '../../ports/government.ts'
import type { SealedPlace } from '../../ports/vault.ts'
import * as endpoints from './endpoints.system.ts'
import { release } from './owed.system.ts'
import type { EndpointRow } from './endpoints.system.ts'
import * as health from './health.system.ts'
import { endpointLanes } from './lanes.ts'

/** An endpoint that is down is tried this late at the latest: others wait for that one call. */
const restMs = exponential(5_000, 300_000)
/** An endpoint that asks for a longer rest than this gets this. */
export const longestAskedPauseMs = 6 * 3_600_000
/** A call that was to show whether it answers again is over by then, or its worker was killed. */
const probeLeaseMs = 30_000
/** That all is well is noted so often. */
const wellEveryMs = 60_000
const lanes = endpointLanes()

/** An endpoint ready to be called. */
export interface LiveEndpoint {
  readonly id: string
  readonly mode: EndpointMode
  readonly pause: EndpointRow['pause']
  readonly failures: number
  readonly nextTryAt: EpochMs | null
  readonly answeredAt: EpochMs | null
  readonly government: Government
}

export const placeOfSecret = (id: string): SealedPlace => ({
  orgId: systemOrgId,
  table: 'government_endpoints',
  column: 'secret',
  row: id,
})

/** @throws Error when there is no such endpoint: they are retired, never deleted. */
export async function liveEndpoint(
  deps: Pick<Deps, 'database' | 'vault' | 'government' | 'governments'>,
  id: string,
): Promise<LiveEndpoint> {
  const row = await deps.database.inSystem((system) => endpoints.byId(system, id))
  if (!row) throw new Error('the endpoint is gone')
  const { mode, pause, failures, nextTryAt, answeredAt } = row
  return { id, mode, pause, failures, nextTryAt, answeredAt, government: await governmentOf(deps, row) }
}

async function governmentOf(
  { vault, government, governments }: Pick<Deps, 'vault' | 'government' | 'governments'>,
  { id, revision, address, keyId, secret, signature, receiverKey, callsPerSecond }: EndpointRow,
): Promise<Government> {
  if (id === defaultEndpointId) return government
  if (address === null || keyId === null || secret === null) throw new Error('an endpoint without address')
  const keys = keysOf(signature, await vault.open(placeOfSecret(id), secret), receiverKey)
  return governments.at({ id, revision, address, keyId, keys, callsPerSecond })
}

export function keysOf(
  suite: EndpointKeys['suite'],
  secret: string,
  receiverKey: string | null | undefined,
): EndpointKeys {
  return suite === 'hmac-sha256'
    ? { suite, secret }
    : { suite, privateKey: secret, receiverKey: receiverKey ?? '' }
}

/** Whether it may be called now, but for the one call after a rest. */
export const isResting = ({ nextTryAt }: LiveEndpoint, now: EpochMs): boolean =>
  nextTryAt !== null && nextTryAt > now

/**
 * Calls an endpoint for an organisation in one of its lanes, and notes how it went. After a rest one call shows whether it
 * answers again; then what it is owed goes at once.
 * @throws RetryLater while it rests or its lanes are taken; what `work` throws.
 */
export async function callEndpoint<T>(
  deps: Pick<Deps, 'database' | 'clock'>,
  endpoint: LiveEndpoint,
  orgId: string,
  work: (government: Government) => Promise<T>,
): Promise<T> {
  const { database, clock } = deps
  const { id, nextTryAt } = endpoint
  const now = clock.now()
  if (isResting(endpoint, now)) throw new RetryLater((nextTryAt ?? now) - now, 'the endpoint rests')
  const leave = await lanes.enter(id)
  try {
    const isProbe = nextTryAt !== null
    if (isProbe && !(await database.inSystem((system) => health.takeProbe(system, id, now, probeLeaseMs))))
      throw new RetryLater(restMs(1), 'another call shows whether the endpoint answers again')
    const result = await work(endpoint.government).catch(async (error: unknown) => {
      if (error instanceof GovernmentUnavailable) await noteFailure(deps, id, orgId, error, isProbe)
      throw error
    })
    await noteSuccess(deps, endpoint)
    return result
  } finally {
    leave()
  }
}

/** Notes that an endpoint did not answer an organisation's call. */
export async function noteFailure(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  id: string,
  orgId: string,
  { fault, retryAfterMs }: GovernmentUnavailable,
  isProbe = false,
): Promise<void> {
  const askedMs =
    fault === 'busy' && retryAfterMs !== null ? Math.min(retryAfterMs, longestAskedPauseMs) : null
  await database.inSystem((system) =>
    health.noteFailed(system, id, { orgId, word: fault, now: clock.now(), askedMs, isProbe, restMs }),
  )
}

/** Notes that it answered: at once after failures, else now and then. */
export async function noteSuccess(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  { id, failures, nextTryAt, answeredAt }: LiveEndpoint,
): Promise<void> {
  const now = clock.now()
  const isBack = failures > 0 || nextTryAt !== null
  if (!isBack && answeredAt !== null && Math.abs(now - answeredAt) < wellEveryMs) return
  await database.inSystem(async (system) => {
    await health.noteAnswered(system, id, now)
    if (nextTryAt !== null) await release(system, id, now)
  })
}
