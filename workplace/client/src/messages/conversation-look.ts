import type { Conversation } from '@kangbao/workplace/contracts/messages.ts'
import type { IconName } from '@/kit/icons.ts'

/** Icon of a conversation without a picture; one-to-one chats show the name instead. */
export function conversationIcon(kind: Conversation['kind']): IconName | undefined {
  if (kind === 'work') return 'bell'
  return kind === 'direct' ? undefined : 'contacts'
}

/** Work notifications share one tone, groups another, so that they are told apart at a glance. */
export function conversationTone(kind: Conversation['kind']): number | undefined {
  if (kind === 'work') return 0
  return kind === 'direct' ? undefined : 1
}
