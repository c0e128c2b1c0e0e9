/** The part of Markdown that DingTalk cards use, as data: never as HTML, so nothing can be injected. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'strong'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  | { readonly kind: 'image'; readonly text: string; readonly url: string }

export interface Block {
  readonly kind: 'heading' | 'paragraph' | 'item' | 'quote'
  readonly inlines: readonly Inline[]
}

const inlinePattern = /!\[([^\]]*)\]\(([^)\s]+)\)|\[([^\]]+)\]\(([^)\s]+)\)|\*\*([^*]+)\*\*/g

function inlinesOf(line: string): Inline[] {
  const inlines: Inline[] = []
  let at = 0
  for (const match of line.matchAll(inlinePattern)) {
    if (match.index > at) inlines.push({ kind: 'text', text: line.slice(at, match.index) })
    const [, alt, imageUrl, label, url, strong] = match
    if (imageUrl !== undefined) inlines.push({ kind: 'image', text: alt ?? '', url: imageUrl })
    else if (url !== undefined) inlines.push({ kind: 'link', text: label ?? url, url })
    else inlines.push({ kind: 'strong', text: strong ?? '' })
    at = match.index + match[0].length
  }
  if (at < line.length) inlines.push({ kind: 'text', text: line.slice(at) })
  return inlines
}

function blockOf(line: string): Block {
  const marked = /^(#{1,6}|[-*]|\d+\.|>)\s+(.*)$/.exec(line)
  if (!marked) return { kind: 'paragraph', inlines: inlinesOf(line) }
  const [, mark = '', rest = ''] = marked
  const kind = mark.startsWith('#') ? 'heading' : mark === '>' ? 'quote' : 'item'
  return { kind, inlines: inlinesOf(rest) }
}

export function parseMarkdown(text: string): Block[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)
    .map(blockOf)
}
