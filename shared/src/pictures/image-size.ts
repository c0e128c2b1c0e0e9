export interface ImageSize {
  readonly width: number
  readonly height: number
}

/**
 * Width and height as the header of a JPEG, PNG, WebP or GIF declares them, read without decoding a pixel; null when the
 * bytes hold no such header. It lets a picture that would fill all memory be refused before a decoder sees it.
 */
export function imageSize(bytes: Uint8Array): ImageSize | null {
  if (bytes.length < 30) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) }
  if (view.getUint16(0) === 0xffd8) return jpegSize(view)
  if (letters(view, 0, 3) === 'GIF')
    return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
  return letters(view, 8, 4) === 'WEBP' ? webpSize(view) : null
}

const letters = (view: DataView, at: number, count: number) =>
  String.fromCharCode(...Array.from({ length: count }, (_, i) => view.getUint8(at + i)))

/** Walks the segments to the start of the frame (SOF0 to SOF15, of which C4, C8 and CC are something else). */
function jpegSize(view: DataView): ImageSize | null {
  let at = 2
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at += 1 // fill byte
      continue
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    at += 2 + view.getUint16(at + 2)
  }
  return null
}

function webpSize(view: DataView): ImageSize | null {
  const kind = letters(view, 12, 4)
  if (kind === 'VP8X') return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) }
  if (kind === 'VP8 ')
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
  if (kind !== 'VP8L') return null
  const bits = view.getUint32(21, true)
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
}

const uint24 = (view: DataView, at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
