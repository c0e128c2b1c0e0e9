import { useQuery } from '@pinia/colada'
import { computed, ref, shallowRef, watch } from 'vue'
import {
  listMessages,
  markRead,
  sendMessage,
  type Message,
  type MessageContent,
} from '@kangbao/workplace/contracts/messages.ts'
import { call } from '@/api/client.ts'

interface Place {
  readonly orgId: string
  readonly conversationId: string
}

/** Joins pages without doubles; message ids grow with time. */
export function joinMessages(...pages: readonly (readonly Message[])[]): Message[] {
  const byId = new Map(pages.flat().map((message) => [message.id, message]))
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** One conversation: the newest page stays live, older pages are added going up. */
export function useMessages(place: Place) {
  const params = { orgId: place.orgId, conversationId: place.conversationId }
  const newest = useQuery({
    key: ['messages', place.conversationId],
    query: () => call(listMessages, { params, query: { limit: 30 } }),
    staleTime: 0,
  })
  const kept = shallowRef<readonly Message[]>([])
  const cursor = ref<string | null>()
  const isLoadingOlder = ref(false)

  const messages = computed(() => joinMessages(kept.value, newest.data.value?.items ?? []))
  const hasOlder = computed(
    () => (cursor.value === undefined ? newest.data.value?.next : cursor.value) != null,
  )

  // What was seen stays, when newer messages push it off the newest page.
  watch(
    newest.data,
    (page) => {
      if (!page) return
      kept.value = joinMessages(kept.value, page.items)
      if (cursor.value === undefined) cursor.value = page.next
    },
    { immediate: true },
  )

  async function loadOlder() {
    if (isLoadingOlder.value || cursor.value == null) return
    isLoadingOlder.value = true
    try {
      const page = await call(listMessages, { params, query: { limit: 30, cursor: cursor.value } })
      kept.value = joinMessages(page.items, kept.value)
      cursor.value = page.next
    } finally {
      isLoadingOlder.value = false
    }
  }

  async function send(content: MessageContent) {
    const sent = await call(sendMessage, { params, body: { content } })
    kept.value = joinMessages(kept.value, [sent])
  }

  const markReadUpTo = (id: string) => call(markRead, { params, body: { upTo: id } })

  return { messages, newest, hasOlder, isLoadingOlder, loadOlder, send, markReadUpTo }
}
