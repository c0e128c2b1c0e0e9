import type { IconName } from '@/kit/icons.ts'

export type TabName = 'messages' | 'dings' | 'workbench' | 'contacts' | 'me'

/** The five places everybody knows, in DingTalk's order. */
export const tabs: readonly { readonly name: TabName; readonly icon: IconName }[] = [
  { name: 'messages', icon: 'message' },
  { name: 'dings', icon: 'ding' },
  { name: 'workbench', icon: 'workbench' },
  { name: 'contacts', icon: 'contacts' },
  { name: 'me', icon: 'me' },
]
