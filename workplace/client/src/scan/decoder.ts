import wasmUrl from 'zxing-reader.wasm?url'
import { openPicture } from '@/kit/open-picture.ts'

type Source = Parameters<Detect>[0]
type Detect = (source: HTMLVideoElement | ImageBitmap) => Promise<{ rawValue: string }[]>

/** What is looked for: codes of ours are QR codes; an app may want those on goods. */
export type CodeKinds = 'qrCode' | 'barCode' | 'all'

const bars = [
  'code_128',
  'code_39',
  'code_93',
  'codabar',
  'ean_13',
  'ean_8',
  'itf',
  'upc_a',
  'upc_e',
] as const
const formats = { qrCode: ['qr_code'], barCode: bars, all: ['qr_code', ...bars] } as const

const detectors = new Map<CodeKinds, Promise<{ detect: Detect }>>()

/**
 * QR decoder, loaded on first use. The wasm is served by this workplace: the package would otherwise
 * fetch it from a public CDN and fail without the internet.
 */
async function loadDetector(kinds: CodeKinds) {
  const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill')
  prepareZXingModule({
    overrides: {
      locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasmUrl : prefix + path),
    },
  })
  return new BarcodeDetector({ formats: [...formats[kinds]] })
}

/** The first code in a picture, or undefined. */
export async function decode(source: Source, kinds: CodeKinds = 'qrCode'): Promise<string | undefined> {
  const detector = detectors.get(kinds) ?? loadDetector(kinds)
  detectors.set(kinds, detector)
  const codes = await (await detector).detect(source)
  return codes.find(({ rawValue }) => rawValue !== '')?.rawValue
}

/** A code is found as well in a smaller picture, and sooner. */
const longestSide = 2_000

/**
 * The first code in a picture file, or undefined.
 * @throws PictureTooLarge before a pixel of it is decoded; another error when it is no picture.
 */
export async function decodeFile(file: Blob, kinds: CodeKinds = 'qrCode'): Promise<string | undefined> {
  const picture = await openPicture(file, longestSide)
  try {
    return await decode(picture, kinds)
  } finally {
    picture.close()
  }
}
