import wasmUrl from 'zxing-reader.wasm?url'

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

export async function decodeFile(file: Blob): Promise<string | undefined> {
  const picture = await createImageBitmap(file)
  try {
    return await decode(picture)
  } finally {
    picture.close()
  }
}
