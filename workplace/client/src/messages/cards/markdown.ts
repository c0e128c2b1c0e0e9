/** The part of Markdown that DingTalk cards use, as data: never as HTML, so nothing can be injected. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  | { readonly kind: 'image'; readonly text: string; readonly url: string }

export interface Block {
  readonly kind: 'heading' | 'paragraph' | 'item' | 'quote'
  /** Of a heading, 1 the largest. */
  readonly level?: number
  /** Of an item in an ordered list, as it was written. */
  readonly number?: string
  readonly inlines: readonly Inline[]
}

const inlinePattern =
  /!\[([^\]]*)\]\(([^)\s]+)\)|\[([^\]]+)\]\(([^)\s]+)\)|\*\*([^*]+)\*\*|\*([^\s*](?:[^*]*[^\s*])?)\*/g

function inlinesOf(line: string): Inline[] {
  const inlines: Inline[] = []
  let at = 0
  for (const match of line.matchAll(inlinePattern)) {
    if (match.index > at) inlines.push({ kind: 'text', text: line.slice(at, match.index) })
    const [, alt, imageUrl, label, url, strong, emphasis] = match
    if (imageUrl !== undefined) inlines.push({ kind: 'image', text: alt ?? '', url: imageUrl })
    else if (url !== undefined) inlines.push({ kind: 'link', text: label ?? url, url })
    else if (strong !== undefined) inlines.push({ kind: 'strong', text: strong })
    else inlines.push({ kind: 'emphasis', text: emphasis ?? '' })
    at = match.index + match[0].length
  }
  if (at < line.length) inlines.push({ kind: 'text', text: line.slice(at) })
  return inlines
}

function blockOf(line: string): Block {
  const marked = /^(#{1,6}|[-*]|\d+\.|>)\s+(.*)$/.exec(line)
  if (!marked) return { kind: 'paragraph', inlines: inlinesOf(line) }
  const [, mark = '', rest = ''] = marked
  const inlines = inlinesOf(rest)
  if (mark.startsWith('#')) return { kind: 'heading', level: mark.length, inlines }
  if (mark === '>') return { kind: 'quote', inlines }
  return mark.endsWith('.') ? { kind: 'item', number: mark, inlines } : { kind: 'item', inlines }
}

export function parseMarkdown(text: string): Block[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)
    .map(blockOf)
}
