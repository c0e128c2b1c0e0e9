import wasmUrl from 'zxing-reader.wasm?url'
import { imageSize } from '@kangbao/shared/pictures/image-size.ts'

type Detect = (source: HTMLVideoElement | ImageBitmap) => Promise<{ rawValue: string }[]>

let loading: Promise<{ detect: Detect }> | undefined

/** Loaded when a card is first held up. The wasm is ours: the package would fetch it from a public CDN. */
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
export async function decode(source: HTMLVideoElement | ImageBitmap): Promise<string | undefined> {
  loading ??= loadDetector()
  const codes = await (await loading).detect(source)
  return codes.find(({ rawValue }) => rawValue !== '')?.rawValue
}

/** A code is found as well in a smaller picture, and sooner. */
const longestSide = 2_000
const mostPixels = 40_000_000
const headBytes = 1024 * 1024

/** The first code in a picture file, or undefined. @throws Error when it is no picture, or one too large to open. */
export async function decodeFile(file: Blob): Promise<string | undefined> {
  const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer())
  const size = imageSize(head)
  if (size === null || size.width * size.height > mostPixels) throw new Error('no picture to open')
  const scale = Math.min(1, longestSide / Math.max(size.width, size.height))
  const picture = await createImageBitmap(file, {
    resizeWidth: Math.max(1, Math.round(size.width * scale)),
  })
  try {
    return await decode(picture)
  } finally {
    picture.close()
  }
}
