import { useQuery } from '@pinia/colada'
import { computed, ref, shallowRef, watch } from 'vue'
import { listMessages, markRead, recallMessage, type Message } from '@kangbao/workplace/contracts/messages.ts'
import { call } from '@/api/client.ts'

interface Place {
  readonly orgId: string
  readonly conversationId: string
}

const pageSize = 30
/** Missed while the stream was down: up to so many are fetched in one go, beyond that the newest page begins anew. */
const mostMissed = 100

/** Joins pages without doubles, later pages having the last word; message ids grow with time. */
export function joinMessages(...pages: readonly (readonly Message[])[]): Message[] {
  const byId = new Map(pages.flat().map((message) => [message.id, message]))
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Whether messages are missing between what is kept and the newest page. */
export function isHoleBefore(
  page: { readonly items: readonly Message[]; readonly next: string | null },
  kept: readonly Message[],
): boolean {
  const [last, first] = [kept.at(-1)?.id, page.items.at(-1)?.id]
  return last !== undefined && first !== undefined && page.next !== null && first > last
}

/** One conversation: the newest page stays live, older pages are added going up. */
export function useMessages(place: Place) {
  const params = { orgId: place.orgId, conversationId: place.conversationId }
  const newest = useQuery({
    key: ['messages', place.conversationId],
    query: () => call(listMessages, { params, query: { limit: pageSize } }),
    staleTime: 0,
  })
  const kept = shallowRef<readonly Message[]>([])
  const cursor = ref<string | null>()
  const isLoadingOlder = ref(false)

  const messages = computed(() => kept.value)
  const hasOlder = computed(() => cursor.value != null)

  // What was seen stays, when newer messages push it off the newest page.
  watch(
    newest.data,
    async (page) => {
      if (!page) return
      if (isHoleBefore(page, kept.value)) await fill(kept.value.at(-1)?.id ?? '', page.next)
      kept.value = joinMessages(kept.value, page.items)
      if (cursor.value === undefined) cursor.value = page.next
    },
    { immediate: true },
  )

  async function fill(after: string, next: string | null) {
    const missed = await call(listMessages, { params, query: { after, limit: mostMissed } }).catch(
      () => undefined,
    )
    if (missed?.next === null) kept.value = joinMessages(kept.value, missed.items)
    else {
      kept.value = []
      cursor.value = next
    }
  }

  async function loadOlder() {
    if (isLoadingOlder.value || cursor.value == null) return
    isLoadingOlder.value = true
    try {
      const page = await call(listMessages, { params, query: { limit: pageSize, cursor: cursor.value } })
      kept.value = joinMessages(page.items, kept.value)
      cursor.value = page.next
    } finally {
      isLoadingOlder.value = false
    }
  }

  /** One of mine has arrived: it need not be asked for. */
  function add(sent: Message) {
    kept.value = joinMessages(kept.value, [sent])
  }

  async function recall(messageId: string) {
    const recalled = await call(recallMessage, { params: { ...params, messageId } })
    kept.value = joinMessages(kept.value, [recalled])
  }

  const markReadUpTo = (id: string) => call(markRead, { params, body: { upTo: id } })

  return { messages, newest, hasOlder, isLoadingOlder, loadOlder, add, recall, markReadUpTo }
}
