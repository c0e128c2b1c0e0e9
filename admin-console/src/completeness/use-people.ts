import { findCompletenessPeople } from '@kangbao/shared/contracts/find-people.ts'
import { given, useApi } from '../api/api.ts'
import { useKeysetList } from '../kit/use-keyset-list.ts'
import { onLive } from '../live/live-connection.ts'
import type { PersonFilter } from './person-filter.ts'

const pageSize = 100
/** Rows are read again at most this often, however fast answers come in. */
const settleMs = 3_000

/** The people behind a number, kept in step with what comes in. */
export function usePeople(about: () => { formId: string; period: string }, filter: PersonFilter) {
  const api = useApi()
  const asked = () => ({
    state: filter.state.value,
    ...given({
      departmentId: filter.departmentId.value,
      facet: filter.facet.value,
      search: filter.search.value,
    }),
  })
  const list = useKeysetList({
    key: () => ['people', about().formId, about().period, asked()],
    load: (cursor, signal) =>
      findCompletenessPeople(api, about(), { ...asked(), limit: pageSize, ...given({ cursor }) }, { signal }),
  })

  let settling: ReturnType<typeof setTimeout> | undefined
  onLive((event) => {
    if (event.kind !== 'completeness' || event.formId !== about().formId) return
    settling ??= setTimeout(() => {
      settling = undefined
      list.changed()
    }, settleMs)
  })
  return list
}
