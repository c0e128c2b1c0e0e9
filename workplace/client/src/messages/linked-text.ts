export type Segment =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'link'; readonly text: string }

/** An address goes on until a space, a quote, or what only Chinese sentences hold. */
const address = /https?:\/\/[^\s<>"'`\u2018-\u201f\u2026\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]+/giu
/** Ends a sentence more often than an address. */
const ends = '.,;:!?]}'

const count = (text: string, sign: string) => text.split(sign).length - 1

/** An address without the marks of the sentence around it; a bracket it opened itself belongs to it. */
function trimmed(found: string): string {
  let end = found.length
  let unopened = count(found, ')') - count(found, '(')
  for (; end > 0; end -= 1) {
    const last = found.charAt(end - 1)
    if (last === ')' && unopened > 0) unopened -= 1
    else if (!ends.includes(last)) break
  }
  return found.slice(0, end)
}

/** Words and addresses of a text, as data: never as HTML, so nothing can be injected. */
export function segmentsOf(text: string): Segment[] {
  const segments: Segment[] = []
  let at = 0
  for (const match of text.matchAll(address)) {
    const link = trimmed(match[0])
    if (!URL.canParse(link)) continue
    if (match.index > at) segments.push({ kind: 'text', text: text.slice(at, match.index) })
    segments.push({ kind: 'link', text: link })
    at = match.index + link.length
  }
  if (at < text.length || segments.length === 0) segments.push({ kind: 'text', text: text.slice(at) })
  return segments
}
