import { brandColours } from '@kangbao/shared/brand.ts'
import type { Locale } from '@kangbao/shared/locale.ts'
import { escapeMarkup } from '@kangbao/shared/markup.ts'

export interface Letter {
  readonly locale: Locale
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** What stands large by itself: a code. */
  readonly code?: string
  /** Opens the product, where its reader signs in. */
  readonly link?: { readonly label: string; readonly url: string }
  /** Why it was sent, and how to have no more of it. */
  readonly footer: readonly string[]
  /** Stands at the end of the footer. */
  readonly stop?: { readonly label: string; readonly url: string }
}

const { light: colours } = brandColours

/**
 * A letter as plain text and as a page that needs nothing from elsewhere: no picture, no script, no font, so that nobody
 * learns from it whether it was opened. It reads well with styles taken away, as many programs do.
 */
export function written(letter: Letter): { subject: string; text: string; html: string } {
  // A line break in a subject would begin a header.
  const subject = letter.subject.replace(/\s+/g, ' ').trim()
  return { subject, text: textOf(letter), html: htmlOf(letter, subject) }
}

function textOf({ paragraphs, code, link, footer, stop }: Letter): string {
  return [
    ...paragraphs,
    ...(code === undefined ? [] : [code]),
    ...(link ? [`${link.label}:\n${link.url}`] : []),
    `--\n${[...footer, ...(stop ? [`${stop.label}: ${stop.url}`] : [])].join('\n')}`,
  ].join('\n\n')
}

const font = "font-family:-apple-system,'PingFang SC','Microsoft YaHei','Segoe UI',sans-serif"

function htmlOf({ locale, paragraphs, code, link, footer, stop }: Letter, subject: string): string {
  const lines = paragraphs.map((text) => `<p style="margin:0 0 16px">${escapeMarkup(text)}</p>`)
  if (code !== undefined)
    lines.push(
      `<p style="margin:0 0 16px;font-size:28px;font-weight:600;letter-spacing:4px">${escapeMarkup(code)}</p>`,
    )
  if (link)
    lines.push(
      `<p style="margin:0 0 16px"><a href="${escapeMarkup(link.url)}" style="display:inline-block;padding:10px 20px;` +
        `border-radius:8px;background:${colours.primary};color:${colours.onPrimary};text-decoration:none">${escapeMarkup(link.label)}</a></p>`,
    )
  const small = footer.map(escapeMarkup)
  if (stop)
    small.push(
      `<a href="${escapeMarkup(stop.url)}" style="color:${colours.text2}">${escapeMarkup(stop.label)}</a>`,
    )
  return (
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escapeMarkup(subject)}</title></head>` +
    `<body style="margin:0;padding:24px;${font};font-size:16px;line-height:1.6;color:${colours.text};background:${colours.surface}">` +
    `<div style="max-width:520px;margin:0 auto"><h1 style="margin:0 0 16px;font-size:20px">${escapeMarkup(subject)}</h1>` +
    `${lines.join('')}<p style="margin:24px 0 0;font-size:13px;color:${colours.text2}">${small.join('<br>')}</p></div></body></html>`
  )
}
