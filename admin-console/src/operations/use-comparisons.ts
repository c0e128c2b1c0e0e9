import { useQuery } from '@pinia/colada'
import {
  getReconciliation,
  listReconciliations,
  type Reconciliation,
} from '@kangbao/shared/contracts/reconciliations.ts'
import { given, useApi } from '../api/api.ts'
import { queryKeys } from '../api/query-keys.ts'
import { useKeysetList } from '../kit/use-keyset-list.ts'
import { usePolling } from '../kit/use-polling.ts'

const goingMs = 2_000
const restingMs = 30_000
const isGoing = (comparison: Reconciliation | undefined) => comparison?.finishedAt === null

/** Days that were compared, newest first, read again faster while one is. */
export function useComparisons() {
  const api = useApi()
  const days = useKeysetList({
    key: () => [...queryKeys.operations, 'comparisons'],
    load: (cursor, signal) => api.call(listReconciliations, { query: given({ cursor }) }, { signal }),
  })
  usePolling(
    () => days.changed(),
    () => (days.rows.value.some(isGoing) ? goingMs : restingMs),
  )
  return days
}

/** One day, read again faster while it is compared. */
export function useComparison(reconciliationId: string) {
  const api = useApi()
  const found = useQuery({
    key: [...queryKeys.operations, 'comparison', reconciliationId],
    query: ({ signal }) => api.call(getReconciliation, { params: { reconciliationId } }, { signal }),
  })
  usePolling(
    () => found.refetch(),
    () => (isGoing(found.data.value) ? goingMs : restingMs),
  )
  return found
}
