import { drawPoster, posterSize, type Poster } from './poster.ts'
import { picturePdf } from './picture-pdf.ts'

/** A poster as a PDF of one A4 page, made in the browser. @param qr Picture of the form’s code. @throws Error when the browser cannot draw. */
export async function makePoster(poster: Poster, qr: Blob): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = posterSize.width
  canvas.height = posterSize.height
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  drawPoster(pen, poster, await createImageBitmap(qr))
  const pdf = picturePdf(await jpegOf(canvas), { ...posterSize, title: poster.title, lang: poster.locale })
  return new Blob([pdf], { type: 'application/pdf' })
}

/** What was drawn, as the bytes of a JPEG. */
export async function jpegOf(canvas: HTMLCanvasElement): Promise<Uint8Array<ArrayBuffer>> {
  const picture = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.92))
  if (!picture) throw new Error('no picture')
  return new Uint8Array(await new Response(picture).arrayBuffer())
}
