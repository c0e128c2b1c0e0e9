import { useQuery } from '@pinia/colada'
import { listDepartments } from '@kangbao/shared/contracts/directory.ts'
import { given, useApi } from '../api/api.ts'
import { queryKeys } from '../api/query-keys.ts'

/** Departments below one; the top level without a parent. */
export function useDepartments(parentId: () => number | undefined) {
  const api = useApi()
  return useQuery({
    key: () => [...queryKeys.directory, 'departments', parentId() ?? 0],
    query: ({ signal }) => api.call(listDepartments, { query: given({ parentId: parentId() }) }, { signal }),
  })
}
