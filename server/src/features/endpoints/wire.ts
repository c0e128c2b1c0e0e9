import { defaultEndpointId, type Endpoint, type EndpointHealth } from '@kangbao/shared/contracts/endpoints.ts'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Config } from '../../config.ts'
import type { EndpointRow } from './endpoints.system.ts'
import type { Owed } from './owed.system.ts'
import { failuresInARow } from './health.system.ts'

const text = (at: EpochMs | null) => (at === null ? null : new Date(at).toISOString())

interface Figures {
  readonly owed: Owed | null
  readonly parked: number
  readonly config: Config
  readonly now: EpochMs
}

/** An endpoint as the operator sees it: without its secret. */
export function endpointOnWire(row: EndpointRow, { owed, parked, config, now }: Figures): Endpoint {
  const { id, name, mode, region, state, failures, failure, pause, test } = row
  return {
    id,
    name,
    isDefault: id === defaultEndpointId,
    ...callsOf(row, config),
    mode,
    region,
    state,
    pause: pause && { since: new Date(pause.since).toISOString(), reason: pause.reason },
    health: healthOf(row, now),
    failures,
    failure,
    failedAt: text(row.failedAt),
    answeredAt: text(row.answeredAt),
    nextTryAt: text(row.nextTryAt),
    waiting: owed?.waiting ?? 0,
    oldestAt: text(owed?.oldestAt ?? null),
    isOverdue: row.overdueSince !== null,
    parked,
    test: test && { at: new Date(test.at).toISOString(), outcome: test.outcome },
  }
}

type Calls = Pick<Endpoint, 'address' | 'keyId' | 'signature' | 'receiverKey' | 'callsPerSecond'>

function callsOf(row: EndpointRow, config: Config): Calls {
  if (row.id !== defaultEndpointId) {
    const { address, keyId, signature, receiverKey, callsPerSecond } = row
    return { address: address ?? '', keyId: keyId ?? '', signature, receiverKey, callsPerSecond }
  }
  return {
    address: config.GOVERNMENT_URL,
    keyId: config.GOVERNMENT_KEY_ID,
    signature: config.GOVERNMENT_SIGNATURE,
    receiverKey: config.GOVERNMENT_SM2_RECEIVER_KEY ?? null,
    callsPerSecond: config.GOVERNMENT_CALLS_PER_SECOND,
  }
}

function healthOf(row: EndpointRow, now: EpochMs): EndpointHealth {
  const { failures, nextTryAt, answeredAt } = row
  if (nextTryAt !== null && (failures >= failuresInARow || nextTryAt > now)) return 'resting'
  if (failures > 0) return 'failing'
  return answeredAt === null ? 'unknown' : 'well'
}
