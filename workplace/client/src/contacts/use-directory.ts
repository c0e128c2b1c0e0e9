import { useQuery } from '@pinia/colada'
import { toValue, type MaybeRefOrGetter } from 'vue'
import {
  getDepartment,
  getMember,
  listDepartments,
  listMembers,
  searchDepartments,
  searchMembers,
  type DepartmentOnTrail,
} from '@kangbao/workplace/contracts/directory.ts'
import { call } from '@/api/client.ts'
import { usePages } from '@/api/use-pages.ts'

export const rootDeptId = 1

/** Departments directly below one, in pages: an org of 50 000 people has thousands of them. */
export function useChildren(orgId: MaybeRefOrGetter<string>, parentId: MaybeRefOrGetter<number>) {
  const { items: departments, ...query } = usePages(
    () => ['departments', toValue(orgId), 'below', toValue(parentId)],
    (cursor) =>
      call(listDepartments, {
        params: { orgId: toValue(orgId) },
        query: { parentId: toValue(parentId), ...cursor },
      }),
    () => toValue(orgId) !== '',
  )
  return { ...query, departments }
}

/** The highest departments an admin manages: the root, or what a sub-admin holds (Z-07). */
export function useManagedTops(orgId: MaybeRefOrGetter<string>) {
  return useQuery({
    key: () => ['departments', toValue(orgId), 'managed'],
    query: async () =>
      (await call(listDepartments, { params: { orgId: toValue(orgId) }, query: { managed: true } })).items,
    enabled: () => toValue(orgId) !== '',
  })
}

/** One department and its path from the root. */
export function useDepartment(orgId: MaybeRefOrGetter<string>, deptId: MaybeRefOrGetter<number>) {
  return useQuery({
    key: () => ['departments', toValue(orgId), 'one', toValue(deptId)],
    query: () => call(getDepartment, { params: { orgId: toValue(orgId), deptId: toValue(deptId) } }),
    enabled: () => toValue(orgId) !== '',
  })
}

/** Departments that fit what was typed, in pages. */
export function useFoundDepartments(orgId: MaybeRefOrGetter<string>, search: MaybeRefOrGetter<string>) {
  const { items: departments, ...query } = usePages(
    () => ['departments', toValue(orgId), 'found', toValue(search)],
    (cursor) =>
      call(searchDepartments, {
        params: { orgId: toValue(orgId) },
        body: { search: toValue(search), limit: 10, ...cursor },
      }),
    () => toValue(orgId) !== '' && toValue(search) !== '',
  )
  return { ...query, departments }
}

/** The departments above one, for a line of text. */
export const trailText = ({ trail }: DepartmentOnTrail): string =>
  trail
    .slice(0, -1)
    .map(({ name }) => name)
    .join(' / ')

export interface MemberFilter {
  readonly deptId?: number
  readonly deep?: boolean
  /** Only those the admin manages. */
  readonly managed?: boolean
  /** What was typed; it goes in a body, so that no address holds a name or a phone (S-48). */
  readonly search?: string
}

/** Members in pages, for lists that grow while scrolling. */
export function useMembers(orgId: MaybeRefOrGetter<string>, filter: MaybeRefOrGetter<MemberFilter>) {
  const { items: members, ...query } = usePages(
    () => ['members', toValue(orgId), JSON.stringify(toValue(filter))],
    (cursor) => {
      const { search, ...where } = toValue(filter)
      const params = { orgId: toValue(orgId) }
      const page = { ...where, limit: 50, ...cursor }
      return search === undefined
        ? call(listMembers, { params, query: page })
        : call(searchMembers, { params, body: { ...page, search } })
    },
    () => toValue(orgId) !== '',
  )
  return { ...query, members }
}

export function useMember(orgId: string, userid: string) {
  return useQuery({
    key: ['member', orgId, userid],
    query: () => call(getMember, { params: { orgId, userid } }),
  })
}
