import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { getDailyRun, listDailyRuns } from '@kangbao/shared/contracts/operations.ts'
import { given, useApi } from '../api/api.ts'
import { queryKeys } from '../api/query-keys.ts'
import { useKeysetList } from '../kit/use-keyset-list.ts'
import { usePolling } from '../kit/use-polling.ts'
import { runState } from './run-progress.ts'

const goingMs = 3_000
const restingMs = 20_000

/** Automatic daily runs, newest first, read again faster while one goes on. */
export function useDailyRuns() {
  const api = useApi()
  const runs = useKeysetList({
    key: () => [...queryKeys.operations, 'runs'],
    load: (cursor, signal) => api.call(listDailyRuns, { query: given({ cursor }) }, { signal }),
  })
  const isGoing = computed(() => runs.rows.value.some((run) => runState(run) === 'going'))
  usePolling(
    () => runs.changed(),
    () => (isGoing.value ? goingMs : restingMs),
  )
  return { ...runs, isGoing }
}

/** One run, read again faster while it goes on. */
export function useDailyRun(runId: string) {
  const api = useApi()
  const { data: run, refetch } = useQuery({
    key: [...queryKeys.operations, 'run', runId],
    query: ({ signal }) => api.call(getDailyRun, { params: { runId } }, { signal }),
  })
  const isGoing = computed(() => run.value !== undefined && runState(run.value) === 'going')
  usePolling(
    () => refetch(),
    () => (isGoing.value ? goingMs : restingMs),
  )
  return { run, isGoing }
}
