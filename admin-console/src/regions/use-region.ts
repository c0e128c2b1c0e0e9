import { useQuery } from '@pinia/colada'
import { computed, type Ref } from 'vue'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import { getRegionRollup, getRegionTrend } from '@kangbao/shared/contracts/rollups.ts'
import { isRising } from '@kangbao/shared/rollups/rising.ts'
import { useApi } from '../api/api.ts'
import { queryKeys } from '../api/query-keys.ts'
import { usePolling } from '../kit/use-polling.ts'

const everyMs = 30_000

/** What a page of a region stands on. */
export interface Place {
  readonly kind: ReportKind
  readonly region: string
  readonly day: string
}

/** The sums of a region and of what lies in it, read again while one looks. */
export function useRegion(place: Ref<Place>) {
  const api = useApi()
  const asked = computed(() => {
    const { kind, region, day } = place.value
    return { params: { kind, region }, query: { day } }
  })
  const query = useQuery({
    key: () => [...queryKeys.regions, asked.value],
    query: ({ signal }) => api.call(getRegionRollup, asked.value, { signal }),
    placeholderData: (before) => (before?.kind === place.value.kind ? before : undefined),
  })
  usePolling(
    () => void query.refetch(),
    () => everyMs,
  )
  return query
}

/** Fourteen days of a region; none for a number that stands whatever the day. */
export function useRegionTrend(place: Ref<Place>, alarm: () => number, isEnabled: () => boolean) {
  const api = useApi()
  const query = useQuery({
    key: () => [...queryKeys.regions, 'trend', place.value],
    query: ({ signal }) => {
      const { kind, region, day } = place.value
      return api.call(getRegionTrend, { params: { kind, region }, query: { day } }, { signal })
    },
    enabled: isEnabled,
  })
  const rises = computed(() =>
    isRising((query.data.value?.days ?? []).map(({ figures }) => figures[alarm()] ?? null)),
  )
  return { ...query, rises }
}
