import sharp from 'sharp'

const longestSide = 4_096
const thumbnailSide = 320

sharp.cache(false)
sharp.concurrency(1)
// Only the three readers we ask for, and from memory: bytes that pass for something else do not find another one.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
})

/**
 * Draws the picture anew: upright, in sRGB, and without what cameras write beside it (place, device, preview). Only for
 * a process in the cage: it takes sharp's other readers away for good.
 * @throws Error when it is no picture, is damaged or too large.
 */
export async function drawAnew(bytes: Buffer, maxPixels: number) {
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
