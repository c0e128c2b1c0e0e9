import sharp from 'sharp'

// A process of its own for pictures that come from outside: one that makes the decoder crash, hang or swell takes this
// process with it and nothing else. The picture comes by standard input; the answer leaves by standard output as the
// length of a JSON head in four bytes, the head, the content, the thumbnail.

const longestSide = 4_096
const thumbnailSide = 320

sharp.cache(false)
sharp.concurrency(1)
// Only the three readers we ask for, and from memory: bytes that pass for something else do not find another one.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
})

/** Draws the picture anew: upright, in sRGB, and without what cameras write beside it (place, device, preview). */
async function drawAnew(bytes: Buffer, maxPixels: number) {
  const options = { limitInputPixels: maxPixels, failOn: 'error' as const, pages: 1 }
  const { format } = await sharp(bytes, options).metadata()
  const upright = sharp(bytes, options)
    .autoOrient()
    .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
  const encoded =
    format === 'png'
      ? upright.png({ compressionLevel: 6 })
      : format === 'webp'
        ? upright.webp({ quality: 85 })
        : upright.jpeg({ quality: 85 })
  const content = await encoded.toBuffer({ resolveWithObject: true })
  const thumbnail = await sharp(content.data)
    .resize({ width: thumbnailSide, height: thumbnailSide, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 70 })
    .toBuffer()
  return { width: content.info.width, height: content.info.height, content: content.data, thumbnail }
}

async function answer(): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece))
  const { content, thumbnail, ...size } = await drawAnew(Buffer.concat(pieces), Number(process.argv[2]))
  const head = Buffer.from(
    JSON.stringify({ ...size, contentBytes: content.length, thumbnailBytes: thumbnail.length }),
  )
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  return Buffer.concat([length, head, content, thumbnail])
}

answer().then(
  (bytes) => process.stdout.write(bytes),
  () => (process.exitCode = 1),
)
