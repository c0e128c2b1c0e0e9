import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import {
  getConversation,
  listConversations,
  type Conversation,
} from '@kangbao/workplace/contracts/messages.ts'
import { call } from '@/api/client.ts'

/** My conversations in every org, newest first. */
export function useConversations() {
  return useQuery({
    key: ['conversations'],
    query: async () => (await call(listConversations, {})).items,
  })
}

/** One conversation. The list leaves out those nobody has written in yet and very old ones: these are asked for. */
export function useConversation(orgId: string, conversationId: string) {
  const { data: list } = useConversations()
  const listed = computed(() => list.value?.find((item) => item.id === conversationId))
  const { data: asked } = useQuery({
    key: ['conversation', conversationId],
    query: () => call(getConversation, { params: { orgId, conversationId } }),
    enabled: () => list.value !== undefined && listed.value === undefined,
  })
  return computed<Conversation | undefined>(() => listed.value ?? asked.value)
}
