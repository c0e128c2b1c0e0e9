import { imageSize } from '@kangbao/shared/pictures/image-size.ts'

/** As the server takes them (S-65). */
const mostPixels = 40_000_000
const mostBytes = 20 * 1024 * 1024
/** Where a header with all its remarks ends. */
const headBytes = 1024 * 1024

/** A picture nobody has to decode to know that it is too large (S-69). */
export class PictureTooLarge extends Error {
  override readonly name = 'PictureTooLarge'
}

/**
 * A picture file, decoded no larger than asked for; to be closed by whoever opens it.
 * @throws PictureTooLarge before a pixel of it is decoded; another error when it is no picture.
 */
export async function openPicture(file: Blob, longestSide: number): Promise<ImageBitmap> {
  if (file.size > mostBytes) throw new PictureTooLarge('too many bytes')
  const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer())
  const size = imageSize(head)
  if (size === null && !isHeif(head)) throw new Error('no picture we know')
  const { width, height } = size ?? { width: longestSide, height: longestSide }
  if (width * height > mostPixels) throw new PictureTooLarge('too many pixels')
  const scale = Math.min(1, longestSide / Math.max(width, height))
  return createImageBitmap(file, { resizeWidth: Math.max(1, Math.round(width * scale)) })
}

/** Photos of some phones; browsers that read them keep their own limits. */
const isHeif = (head: Uint8Array) => new TextDecoder('latin1').decode(head.subarray(4, 8)) === 'ftyp'

/** What stands on a canvas, as a file. */
export const jpegOf = (canvas: HTMLCanvasElement, quality: number): Promise<Blob> =>
  new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('not drawn'))), 'image/jpeg', quality)
  })
