import { computed } from 'vue'
import { listOwnInvitations } from '@kangbao/workplace/contracts/team-invitations.ts'
import { call } from '@/api/client.ts'
import { usePages } from '@/api/use-pages.ts'

/** Invitations to my phone, and how many of them wait for an answer. */
export function useOwnInvitations() {
  const pages = usePages(
    () => ['team-invitations', 'own'],
    (cursor) => call(listOwnInvitations, { query: { limit: 20, ...cursor } }),
  )
  const waiting = computed(
    () => pages.items.value.filter(({ state, isMember }) => state === 'waiting' && !isMember).length,
  )
  return { pages, waiting }
}
