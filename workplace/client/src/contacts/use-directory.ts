import { useInfiniteQuery, useQuery } from '@pinia/colada'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import {
  getMember,
  listDepartments,
  listMembers,
  searchMembers,
  type Department,
  type Member,
} from '@kangbao/workplace/contracts/directory.ts'
import { call } from '@/api/client.ts'

export const rootDeptId = 1

export function useDepartments(orgId: MaybeRefOrGetter<string>) {
  const query = useQuery({
    key: () => ['departments', toValue(orgId)],
    query: async () => (await call(listDepartments, { params: { orgId: toValue(orgId) } })).items,
    enabled: () => toValue(orgId) !== '',
  })
  const departments = computed<readonly Department[]>(() => query.data.value ?? [])
  return { ...query, departments }
}

/** Departments directly below one, in their order. */
export const childrenOf = (departments: readonly Department[], parentId: number) =>
  departments
    .filter((item) => item.parentId === parentId)
    .sort((a, b) => a.order - b.order || a.deptId - b.deptId)

/** From the root down to a department. A loop in broken data ends the walk. */
export function pathTo(departments: readonly Department[], deptId: number): Department[] {
  const byId = new Map(departments.map((item) => [item.deptId, item]))
  const path: Department[] = []
  for (
    let at = byId.get(deptId);
    at && !path.includes(at);
    at = at.parentId === null ? undefined : byId.get(at.parentId)
  ) {
    path.unshift(at)
  }
  return path
}

export interface MemberFilter {
  readonly deptId?: number
  readonly deep?: boolean
  /** What was typed; it goes in a body, so that no address holds a name or a phone (S-48). */
  readonly search?: string
}

/** Members in pages, for lists that grow while scrolling. */
export function useMembers(orgId: MaybeRefOrGetter<string>, filter: MaybeRefOrGetter<MemberFilter>) {
  const query = useInfiniteQuery({
    key: () => ['members', toValue(orgId), JSON.stringify(toValue(filter))],
    initialPageParam: '',
    query: ({ pageParam }) => {
      const { search, ...where } = toValue(filter)
      const params = { orgId: toValue(orgId) }
      const page = { ...where, limit: 50, ...(pageParam && { cursor: pageParam }) }
      return search === undefined
        ? call(listMembers, { params, query: page })
        : call(searchMembers, { params, body: { ...page, search } })
    },
    getNextPageParam: (last) => last.next,
    enabled: () => toValue(orgId) !== '',
  })
  const members = computed<readonly Member[]>(
    () => query.data.value?.pages.flatMap(({ items }) => items) ?? [],
  )
  return { ...query, members }
}

export function useMember(orgId: string, userid: string) {
  return useQuery({
    key: ['member', orgId, userid],
    query: () => call(getMember, { params: { orgId, userid } }),
  })
}
