import { openPicture } from '@/kit/open-picture.ts'

const thumbSide = 480
/** Large enough to read a photographed page, small enough for a phone's line. */
const wholeSide = 2560
const quality = 0.85

export interface SmallPicture {
  readonly thumb: File
  readonly whole: File
  readonly width: number
  readonly height: number
}

/**
 * A picture as it is sent: drawn anew, so that nothing of the file but its pixels goes out, no place and no camera. One
 * that moves goes as it is.
 * @throws Error when it is no picture, or too large a one.
 */
export async function smallPicture(file: File): Promise<SmallPicture> {
  const moves = file.type === 'image/gif'
  const whole = await drawn(file, wholeSide)
  const thumb = await drawn(file, thumbSide)
  return { thumb: thumb.file, whole: moves ? file : whole.file, width: whole.width, height: whole.height }
}

async function drawn(file: File, side: number): Promise<{ file: File; width: number; height: number }> {
  const picture = await openPicture(file, side)
  try {
    const canvas = document.createElement('canvas')
    canvas.width = picture.width
    canvas.height = picture.height
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no canvas')
    // A drawing that one can see through stays one only as PNG; a screenshot's letters stay sharp there too.
    const type = file.type === 'image/png' ? 'image/png' : 'image/jpeg'
    if (type === 'image/jpeg') {
      context.fillStyle = 'white'
      context.fillRect(0, 0, canvas.width, canvas.height)
    }
    context.drawImage(picture, 0, 0)
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, type, quality)
    })
    if (!blob) throw new Error('not drawn')
    const name = type === 'image/png' ? 'picture.png' : 'picture.jpg'
    return { file: new File([blob], name, { type }), width: picture.width, height: picture.height }
  } finally {
    picture.close()
  }
}
