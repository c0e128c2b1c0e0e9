import { crc32, deflateSync } from 'node:zlib'
import { encode } from 'uqr'

const scale = 10
const quietModules = 4

/** A QR code as the bytes of a black-and-white PNG, with the quiet zone scanners ask for (Z-32). */
export function qrPng(text: string): Buffer {
  const { data, size } = encode(text, { ecc: 'M', border: quietModules })
  const width = size * scale
  const rowBytes = Math.ceil(width / 8)
  const rows = data.map((modules) => {
    const row = Buffer.alloc(1 + rowBytes, 0) // filter byte 0, then one bit a pixel, 1 is white
    for (let x = 0; x < width; x += 1) {
      if (modules[Math.floor(x / scale)]) continue
      const at = 1 + (x >> 3)
      row[at] = (row[at] ?? 0) | (0x80 >> (x & 7))
    }
    return Array.from({ length: scale }, () => row)
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(width, 4)
  header[8] = 1 // bits a pixel; colour type 0 (grey), deflate, adaptive filters, not interlaced
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows.flat()), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const out = Buffer.alloc(8 + named.length)
  out.writeUInt32BE(body.length, 0)
  named.copy(out, 4)
  out.writeUInt32BE(crc32(named), 4 + named.length)
  return out
}
