import { avatarSide } from '@kangbao/workplace/contracts/account-security.ts'
import { jpegOf, openPicture } from '@/kit/open-picture.ts'

/** Large enough to cut a square of the final size out of a wide picture. */
const workingSide = 1024
const quality = 0.85

/**
 * The middle square of a picture, small, drawn anew: nothing of the file but its pixels stays, so no place and no
 * camera (S-65).
 * @throws Error when it is no picture, or too large a one.
 */
export async function avatarPicture(file: Blob): Promise<File> {
  const picture = await openPicture(file, workingSide)
  try {
    const canvas = document.createElement('canvas')
    canvas.width = avatarSide
    canvas.height = avatarSide
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no canvas')
    const side = Math.min(picture.width, picture.height)
    const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2]
    // A drawing that one can see through would stand on black.
    context.fillStyle = 'white'
    context.fillRect(0, 0, avatarSide, avatarSide)
    context.drawImage(picture, left, top, side, side, 0, 0, avatarSide, avatarSide)
    return new File([await jpegOf(canvas, quality)], 'avatar.jpg', { type: 'image/jpeg' })
  } finally {
    picture.close()
  }
}
