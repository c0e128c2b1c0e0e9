import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/** Stands in every place a camera writes to; none of it may come out. */
export const canary = 'KANGBAO-CANARY-3471'

/** A photo as a phone makes it: lying on its side, with the place it was taken, the device, a note, and XMP. */
export async function phonePhoto({
  width = 400,
  height = 300,
  format = 'jpeg' as 'jpeg' | 'png' | 'webp',
  hue = 0,
} = {}): Promise<Buffer> {
  // Left half red, the rest of the given hue: shows which way up it comes out.
  const left = await sharp({ create: { width: width >> 1, height, channels: 3, background: '#d02020' } })
    .png()
    .toBuffer()
  return sharp({ create: { width, height, channels: 3, background: `hsl(${hue}, 60%, 60%)` } })
    .composite([{ input: left, left: 0, top: 0 }])
    .withExif({
      IFD0: { Make: canary, Model: canary, ImageDescription: canary },
      IFD2: { UserComment: canary, LensModel: canary },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '34/1 44/1 46/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '113/1 37/1 31/1',
      },
    })
    .withMetadata({ orientation: 6 })
    .withXmp(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description>${canary}</rdf:Description></rdf:RDF></x:xmpmeta>`,
    )
    .toFormat(format)
    .toBuffer()
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function pngHead(width: number, height: number, bits: number, colour: number): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width)
  head.writeUInt32BE(height, 4)
  head[8] = bits
  head[9] = colour
  return pngChunk('IHDR', head)
}

/** A true picture of one bit a pixel: a hundred million pixels fit into some kilobytes. */
export function bitPng(width: number, height: number, declared = { width, height }): Buffer {
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))))
  return Buffer.concat([
    pngStart,
    pngHead(declared.width, declared.height, 1, 0),
    pngChunk('IDAT', rows),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** A PNG with texts beside the picture, where scripts and places hide. */
export function talkativePng(): Buffer {
  const text = Buffer.from(`Comment\0${canary}<script>alert(1)</script>`, 'latin1')
  const rows = deflateSync(Buffer.alloc(20 * (1 + 3 * 20)))
  return Buffer.concat([
    pngStart,
    pngHead(20, 20, 8, 2),
    pngChunk('tEXt', text),
    pngChunk('eXIf', Buffer.from(`MM\0*\0\0\0\b\0\0\0\0\0\0${canary}`, 'latin1')),
    pngChunk('IDAT', rows),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** The first box of a HEIC photo, which is all a reader needs to know it. */
export function heic(brand = 'heic'): Buffer {
  const box = Buffer.alloc(4 + 4 + 4 + 4 + 8)
  box.writeUInt32BE(box.length)
  box.write(`ftyp${brand}`, 4, 'latin1')
  box.write('mif1heic', 16, 'latin1')
  return Buffer.concat([box, Buffer.alloc(2_000, 7)])
}

/** A small PDF that would run a script where one may. */
export function pdf(extra = ''): Buffer {
  return Buffer.from(
    `%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj\n` +
      `2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n` +
      `${extra}\ntrailer<</Root 1 0 R>>\n%%EOF\n`,
    'latin1',
  )
}
