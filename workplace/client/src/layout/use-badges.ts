import { computed } from 'vue'
import { useConversations } from '@/messages/use-conversations.ts'
import { useDings } from '@/ding/use-dings.ts'
import type { TabName } from './tabs.ts'

/** Unread messages and unconfirmed DINGs, by tab. */
export function useBadges() {
  const conversations = useConversations()
  const received = useDings('received')
  return computed<Partial<Record<TabName, number>>>(() => ({
    messages: (conversations.data.value ?? []).reduce((sum, { unread }) => sum + unread, 0),
    dings: (received.data.value ?? []).filter(({ confirmedAt, isMine }) => confirmedAt === null && !isMine)
      .length,
  }))
}
