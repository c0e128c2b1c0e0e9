import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { listConversations, type Conversation } from '@kangbao/workplace/contracts/messages.ts'
import { call } from '@/api/client.ts'

/** My conversations in every org, newest first. */
export function useConversations() {
  return useQuery({
    key: ['conversations'],
    query: async () => (await call(listConversations, {})).items,
  })
}

export function useConversation(id: () => string) {
  const { data } = useConversations()
  return computed<Conversation | undefined>(() => data.value?.find((item) => item.id === id()))
}
