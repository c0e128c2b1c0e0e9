import { computed, nextTick, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { Conversation, Message } from '@kangbao/workplace/contracts/messages.ts'

/** Nearer to the end than this, new messages are followed. */
const nearPx = 80
/** Fewer unread messages than this are on the screen anyway. */
const worthAJump = 8

interface Stream {
  readonly conversation: Ref<Conversation | undefined>
  readonly messages: Ref<readonly Message[]>
  readonly hasOlder: Ref<boolean>
  readonly scroller: Readonly<ShallowRef<HTMLElement | null>>
  loadOlder(): Promise<void>
}

/** Where one reads in a conversation: at its end and following, or further up and left in peace. */
export function useReading({ conversation, messages, hasOlder, scroller, loadOlder }: Stream) {
  const isAtEnd = ref(true)
  const hasNews = ref(false)
  /** As it was on opening: everything after this message was unread. */
  const before = shallowRef<{ readUpTo: string; unread: number }>()

  watch(
    conversation,
    (value) => {
      if (value && !before.value) before.value = { readUpTo: value.readUpTo ?? '', unread: value.unread }
    },
    { immediate: true },
  )
  const firstUnreadId = computed(() => {
    const mark = before.value
    if (!mark || mark.unread === 0) return undefined
    return messages.value.find(({ id, isMine, content }) => id > mark.readUpTo && !isMine && !content.notice)
      ?.id
  })
  const wasThere = ref(false)
  const unreadAbove = computed(() => {
    const unread = before.value?.unread ?? 0
    return wasThere.value || unread <= worthAJump ? 0 : unread
  })

  function onScroll() {
    const area = scroller.value
    if (!area) return
    isAtEnd.value = area.scrollHeight - area.scrollTop - area.clientHeight < nearPx
    if (isAtEnd.value) hasNews.value = false
  }

  async function toEnd() {
    await nextTick()
    scroller.value?.scrollTo({ top: scroller.value.scrollHeight })
    hasNews.value = false
  }

  /** A new message is followed from the end, and always when it is one's own. */
  function follow(message: Message) {
    if (isAtEnd.value || message.isMine) return toEnd()
    hasNews.value = true
    return undefined
  }

  // Older messages come in above: the place being read must not jump.
  async function showOlder() {
    const height = scroller.value?.scrollHeight ?? 0
    await loadOlder()
    await nextTick()
    if (scroller.value) scroller.value.scrollTop += scroller.value.scrollHeight - height
  }

  async function toFirstUnread() {
    wasThere.value = true
    const readUpTo = before.value?.readUpTo ?? ''
    while (hasOlder.value && (messages.value[0]?.id ?? '') > readUpTo) await loadOlder()
    await nextTick()
    const id = firstUnreadId.value
    const place = id && scroller.value?.querySelector(`[data-message="${id}"]`)
    if (place) place.scrollIntoView({ block: 'start' })
  }

  return { isAtEnd, hasNews, firstUnreadId, unreadAbove, onScroll, toEnd, follow, showOlder, toFirstUnread }
}
