import wasmUrl from 'zxing-reader.wasm?url'
import { imageSize } from '@kangbao/shared/pictures/image-size.ts'

type Source = Parameters<Detect>[0]
type Detect = (source: HTMLVideoElement | ImageBitmap) => Promise<{ rawValue: string }[]>

let detector: Promise<{ detect: Detect }> | undefined

/**
 * QR decoder, loaded on first use. The wasm is served by this workplace: the package would otherwise
 * fetch it from a public CDN and fail without the internet.
 */
async function loadDetector() {
  const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill')
  prepareZXingModule({
    overrides: {
      locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasmUrl : prefix + path),
    },
  })
  return new BarcodeDetector({ formats: ['qr_code'] })
}

/** The first code in a picture, or undefined. */
export async function decode(source: Source): Promise<string | undefined> {
  detector ??= loadDetector()
  const codes = await (await detector).detect(source)
  return codes.find(({ rawValue }) => rawValue !== '')?.rawValue
}

/** As the server takes them (S-65); more is no photo of a code. */
const mostPixels = 40_000_000
const mostBytes = 20 * 1024 * 1024
/** Where a header with all its remarks ends. */
const headBytes = 1024 * 1024
/** A code is found as well in a smaller picture, and sooner. */
const longestSide = 2_000

/** A picture nobody has to decode to know that it is too large (S-69). */
export class PictureTooLarge extends Error {
  override readonly name = 'PictureTooLarge'
}

/**
 * The first code in a picture file, or undefined.
 * @throws PictureTooLarge before a pixel of it is decoded; another error when it is no picture.
 */
export async function decodeFile(file: Blob): Promise<string | undefined> {
  if (file.size > mostBytes) throw new PictureTooLarge('too many bytes')
  const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer())
  const size = imageSize(head)
  if (size === null && !isHeif(head)) throw new Error('no picture we know')
  const { width, height } = size ?? { width: longestSide, height: longestSide }
  if (width * height > mostPixels) throw new PictureTooLarge('too many pixels')
  const scale = Math.min(1, longestSide / Math.max(width, height))
  const picture = await createImageBitmap(file, { resizeWidth: Math.max(1, Math.round(width * scale)) })
  try {
    return await decode(picture)
  } finally {
    picture.close()
  }
}

/** Photos of some phones; browsers that read them keep their own limits. */
const isHeif = (head: Uint8Array) => new TextDecoder('latin1').decode(head.subarray(4, 8)) === 'ftyp'
