import type { WorkplaceMessage } from '../../ports/workplace.ts'

/** The platform's limit on a free message, in bytes of UTF-8. */
const messageBytes = 2048

/** A card of a title, up to six labelled lines, a text, and the address it opens. */
export function oaMessage(message: WorkplaceMessage): object {
  for (let text = message.text; ; text = shorten(text)) {
    const body = {
      msgtype: 'oa',
      oa: {
        message_url: message.url,
        pc_message_url: message.url,
        head: { bgcolor: 'FF1677FF', text: '' },
        body: {
          title: message.title,
          form: message.lines.slice(0, 6).map(({ label, value }) => ({ key: `${label}：`, value })),
          content: text,
        },
      },
    }
    if (text === '' || Buffer.byteLength(JSON.stringify(body)) <= messageBytes) return body
  }
}

/** The variables our reviewed template has: title, text, url and the lines joined. */
export function templateData(message: WorkplaceMessage): string {
  return JSON.stringify({
    title: message.title,
    text: message.text,
    lines: message.lines.map(({ label, value }) => `${label}：${value}`).join('\n'),
    url: message.url,
  })
}

function shorten(text: string): string {
  const kept = [...text].slice(0, Math.floor([...text].length * 0.8) - 1).join('')
  return kept === '' ? '' : `${kept}…`
}
