import type { MessageContent } from '../../contracts/messages.ts'

/** One line for the list of conversations. */
export function previewOf(content: MessageContent): string {
  const text =
    content.text?.content ??
    content.markdown?.title ??
    content.action_card?.title ??
    content.oa?.body?.title ??
    content.link?.title ??
    content.ding?.text ??
    { image: '[图片]', file: '[文件]', voice: '[语音]' }[content.msgtype as string] ??
    ''
  const plain = (content.ding ? `[DING] ${text}` : text).replace(/\s+/g, ' ').trim()
  return plain.slice(0, 80)
}
