import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import {
  getConversation,
  listConversations,
  type Conversation,
} from '@kangbao/workplace/contracts/messages.ts'
import { call } from '@/api/client.ts'
import { isProblem } from '@/api/problem.ts'
import { usePages } from '@/api/use-pages.ts'

/** My conversations in every org: pinned ones first, then newest first, in pages. */
export function useConversations() {
  const pages = usePages(
    () => ['conversations'],
    (cursor) => call(listConversations, { query: { limit: 100, ...cursor } }),
  )
  const conversations = computed<readonly Conversation[] | undefined>(() =>
    pages.data.value ? pages.items.value : undefined,
  )
  return { pages, conversations }
}

/** One conversation. The list leaves out those nobody has written in yet and those further down: these are asked for. */
export function useConversation(orgId: string, conversationId: string) {
  const { conversations } = useConversations()
  const listed = computed(() => conversations.value?.find((item) => item.id === conversationId))
  const asked = useQuery({
    key: ['conversation', conversationId],
    query: () => call(getConversation, { params: { orgId, conversationId } }),
    enabled: () => conversations.value !== undefined && listed.value === undefined,
  })
  /** Out of the group, or it is no more: what was known of it does not stand. */
  const isGone = computed(
    () => listed.value === undefined && isProblem(asked.error.value, 'resource.missing'),
  )
  const conversation = computed<Conversation | undefined>(() =>
    isGone.value ? undefined : (listed.value ?? asked.data.value),
  )
  return { conversation, isGone, error: asked.error, refetch: asked.refetch }
}
