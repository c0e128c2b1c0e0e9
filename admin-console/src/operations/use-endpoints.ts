import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { listEndpoints, type Endpoint } from '@kangbao/shared/contracts/endpoints.ts'
import { given, useApi } from '../api/api.ts'
import { queryKeys } from '../api/query-keys.ts'
import { useTexts } from '../kit/texts.ts'
import type { Tone } from '../kit/ToneTag.vue'
import { useKeysetList } from '../kit/use-keyset-list.ts'
import { usePolling } from '../kit/use-polling.ts'
import { useRegionNames } from '../submissions/region-names.ts'

const everyMs = 10_000

/** Endpoints with how each is doing, the default one first, read again now and then. */
export function useEndpointList() {
  const api = useApi()
  const endpoints = useKeysetList({
    key: () => [...queryKeys.operations, 'endpoints'],
    load: (cursor, signal) => api.call(listEndpoints, { query: given({ cursor }) }, { signal }),
  })
  usePolling(
    () => endpoints.changed(),
    () => everyMs,
  )
  return endpoints
}

/** All of them at once, to choose from; there are dozens. */
export function useEndpoints() {
  const api = useApi()
  const found = useQuery({
    key: [...queryKeys.operations, 'all-endpoints'],
    query: ({ signal }) => api.call(listEndpoints, { query: { limit: 200 } }, { signal }),
  })
  usePolling(
    () => found.refetch(),
    () => everyMs,
  )
  return { ...found, endpoints: computed(() => found.data.value?.items ?? []) }
}

export type EndpointStanding = 'retired' | 'paused' | 'overdue' | Endpoint['health']

/** What wants to be known of an endpoint first. */
export function standingOf(
  endpoint: Pick<Endpoint, 'state' | 'pause' | 'isOverdue' | 'health'>,
): EndpointStanding {
  if (endpoint.pause) return 'paused'
  if (endpoint.isOverdue) return 'overdue'
  if (endpoint.state === 'retired') return 'retired'
  return endpoint.health
}

export const standingTones: Readonly<Record<EndpointStanding, Tone>> = {
  retired: 'idle',
  paused: 'warn',
  overdue: 'danger',
  unknown: 'idle',
  well: 'ok',
  failing: 'warn',
  resting: 'danger',
}

/** What an endpoint is called, and where it answers for. */
export function useEndpointWords() {
  const { t } = useTexts()
  const regionName = useRegionNames()
  const nameOf = ({ isDefault, name }: Pick<Endpoint, 'isDefault' | 'name'>) =>
    isDefault ? t('endpoints.default') : name
  const areaOf = ({ region }: Pick<Endpoint, 'region'>) =>
    region === null ? t('endpoints.elsewhere') : regionName(region)
  return { nameOf, areaOf }
}
