import { useQuery } from '@pinia/colada'
import { getReportPause } from '@kangbao/shared/contracts/operations.ts'
import { useApi } from '../api/api.ts'
import { queryKeys } from '../api/query-keys.ts'
import { usePolling } from '../kit/use-polling.ts'

const everyMs = 20_000

/** Whether deliveries are stopped: undefined until it is known, null while they go on. */
export function useReportPause() {
  const api = useApi()
  const { data, refetch } = useQuery({
    key: [...queryKeys.operations, 'pause'],
    query: async ({ signal }) => (await api.call(getReportPause, {}, { signal })).pause,
  })
  usePolling(() => refetch(), everyMs)
  return data
}
