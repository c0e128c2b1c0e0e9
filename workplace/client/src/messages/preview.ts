import type { Conversation } from '@kangbao/workplace/contracts/messages.ts'

type Translate = (key: string, named?: Record<string, unknown>) => string

/** Kinds whose line begins with what they are, or is nothing else. */
const told: ReadonlySet<string> = new Set(['image', 'file', 'voice', 'link', 'ding', 'recalled'])

/** The last line of a conversation in the reader's language. */
export function previewText(
  { lastKind, lastText, lastSender }: Pick<Conversation, 'lastKind' | 'lastText' | 'lastSender'>,
  t: Translate,
): string {
  if (lastKind === 'notice') return lastText ? t(`groups.short.${lastText}`) : ''
  const text = told.has(lastKind) ? `${t(`messages.kind.${lastKind}`)} ${lastText}`.trim() : lastText
  return lastSender && text ? t('messages.said', { name: lastSender, text }) : text
}
