/** What the first bytes of a picture say, before it takes memory to draw it. */
export interface PictureHead {
  readonly kind: 'jpeg' | 'png' | 'webp' | 'heic' | 'other'
  /** Pixels across and down; null where the head does not say. */
  readonly size: { readonly width: number; readonly height: number } | null
}

/** So many bytes hold the size even behind a camera's notes and preview. */
export const headBytes = 256 * 1024

const text = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))

export function pictureHead(bytes: Uint8Array): PictureHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length > 24 && text(bytes, 1, 4) === 'PNG')
    return { kind: 'png', size: { width: view.getUint32(16), height: view.getUint32(20) } }
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { kind: 'jpeg', size: jpegSize(view) }
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP') return { kind: 'webp', size: null }
  if (text(bytes, 4, 8) === 'ftyp' && /^(hei[cfxm]|hev[cx]|mif1|msf1)/.test(text(bytes, 8, 12)))
    return { kind: 'heic', size: null }
  return { kind: 'other', size: null }
}

/** Walks the segments up to the one that begins a frame. */
function jpegSize(view: DataView): PictureHead['size'] {
  for (let at = 2; at + 9 < view.byteLength; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
  }
  return null
}
