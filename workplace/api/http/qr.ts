import { crc32, deflateSync } from 'node:zlib'
import { encode, renderSVG } from 'uqr'

export const qrSvg = (text: string): string => renderSVG(text, { ecc: 'M', border: 2 })

const scale = 8

/** A grey-scale PNG of the code, 8 pixels to a module. */
export function qrPng(text: string): Buffer {
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  const width = size * scale
  const rows = data.flatMap((modules) => {
    const row = Buffer.alloc(width + 1) // the leading 0 says: no filter
    modules.forEach((isDark, x) => row.fill(isDark ? 0 : 255, 1 + x * scale, 1 + (x + 1) * scale))
    return Array.from({ length: scale }, () => row)
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(width, 4)
  header.set([8, 0, 0, 0, 0], 8) // 8 bits, grey
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(8 + body.length)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32Of(body), 4 + body.length)
  return framed
}

// zlib.crc32 came with Node 20.15; the engines field asks for 20.19.
const crc32Of = (data: Buffer): number => crc32(data)
