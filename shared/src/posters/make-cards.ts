import type { Locale } from '../locale.ts'
import { cardsPerPage, drawCards, type DrawnCard } from './cards.ts'
import { jpegOf } from './make-poster.ts'
import { picturesPdf } from './picture-pdf.ts'
import { posterSize } from './poster.ts'

/** Cards as a PDF of A4 sheets to be cut, made in the browser: no code of anybody goes elsewhere. @throws Error when the browser cannot draw. */
export async function makeCards(
  cards: readonly DrawnCard[],
  about: { readonly orgName: string; readonly locale: Locale; readonly title: string },
): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = posterSize.width
  canvas.height = posterSize.height
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  const sheets: Uint8Array<ArrayBuffer>[] = []
  for (let from = 0; from < cards.length; from += cardsPerPage) {
    drawCards(pen, cards.slice(from, from + cardsPerPage), about)
    sheets.push(await jpegOf(canvas))
  }
  const pdf = picturesPdf(sheets, { ...posterSize, title: about.title, lang: about.locale })
  return new Blob([pdf], { type: 'application/pdf' })
}
