import { computed } from 'vue'
import { listGroupMembers } from '@kangbao/workplace/contracts/groups.ts'
import { call } from '@/api/client.ts'
import { usePages } from '@/api/use-pages.ts'

/** People of a group in pages, and what I may do with it. */
export function useGroupMembers(params: { readonly orgId: string; readonly conversationId: string }) {
  const pages = usePages(
    () => ['group-members', params.conversationId],
    (cursor) => call(listGroupMembers, { params, query: { limit: 50, ...cursor } }),
  )
  const total = computed(() => pages.lastPage.value?.total ?? 0)
  const isMine = computed(() => pages.lastPage.value?.isMine ?? false)
  return { pages, total, isMine }
}
