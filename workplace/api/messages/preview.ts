import type { MessageContent } from '../../contracts/messages.ts'

/** One line for the list of conversations; what kind of message it was, the reader is told in his language. */
export function previewOf(content: MessageContent): string {
  const text =
    content.text?.content ??
    content.markdown?.title ??
    content.action_card?.title ??
    content.oa?.body?.title ??
    content.link?.title ??
    content.ding?.text ??
    content.notice?.act ??
    content.file?.file_name ??
    ''
  const plain = text.replace(/\s+/g, ' ').trim()
  return plain.slice(0, 80)
}
