import { jpegOf, openPicture } from './open-picture.ts'

const quality = 0.9

/**
 * A picture drawn anew, no longer than asked for: nothing of the file but its pixels stays, so no place and no camera.
 * @throws Error when it is no picture, or too large a one.
 */
export async function scaledPicture(file: Blob, longestSide: number): Promise<File> {
  const picture = await openPicture(file, longestSide)
  try {
    const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no canvas')
    // What one can see through would stand on black.
    context.fillStyle = 'white'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(picture, 0, 0, canvas.width, canvas.height)
    return new File([await jpegOf(canvas, quality)], 'picture.jpg', { type: 'image/jpeg' })
  } finally {
    picture.close()
  }
}
