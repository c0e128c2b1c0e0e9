import { computed } from 'vue'
import { useConversations } from '@/messages/use-conversations.ts'
import { useDingCount } from '@/ding/use-dings.ts'
import { useTodoCount } from '@/todos/use-todos.ts'
import type { TabName } from './tabs.ts'

/** Unread messages, unconfirmed DINGs and open to-dos, by tab. */
export function useBadges() {
  const { conversations } = useConversations()
  const dings = useDingCount()
  const todos = useTodoCount()
  return computed<Partial<Record<TabName, number>>>(() => ({
    messages: (conversations.value ?? [])
      .filter(({ isMuted }) => !isMuted)
      .reduce((sum, { unread }) => sum + unread, 0),
    dings: dings.data.value?.toConfirm ?? 0,
    workbench: todos.data.value?.open ?? 0,
  }))
}
