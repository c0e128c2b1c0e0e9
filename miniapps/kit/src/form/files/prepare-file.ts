import { filePurposes, maxPixels, type FilePurpose, type MediaType } from '@kangbao/shared/contracts/files.ts'
import { headBytes, pictureHead } from './picture-head.ts'

/** Why a file is not taken, said before any of it travels. */
export type FileTrouble = 'heic' | 'tooLarge' | 'tooManyPixels' | 'unreadable' | 'typeRefused' | 'empty'

export class FileTroubleError extends Error {
  override readonly name = 'FileTroubleError'
  constructor(readonly trouble: FileTrouble) {
    super(trouble)
  }
}

export interface PreparedFile {
  readonly bytes: Blob
  readonly name: string
  readonly type: MediaType
}

const mebibyte = 1024 * 1024
/** A photo is drawn smaller before it is sent; what is larger than this would not fit into a phone's memory. */
const largestPhoto = 40 * mebibyte
const longestSide = 1_600
const quality = 0.85

/**
 * A file as it will be sent: pictures drawn anew, at most 1600 pixels long and without what cameras write beside them.
 * @throws FileTroubleError
 */
export async function prepareFile(file: File, purpose: FilePurpose): Promise<PreparedFile> {
  if (file.size === 0) throw new FileTroubleError('empty')
  const head = pictureHead(new Uint8Array(await file.slice(0, headBytes).arrayBuffer()))
  if (head.kind === 'heic') throw new FileTroubleError('heic')
  if (head.kind === 'other') return asDocument(file, purpose)
  if (file.size > largestPhoto) throw new FileTroubleError('tooLarge')
  if (head.size && head.size.width * head.size.height > maxPixels) throw new FileTroubleError('tooManyPixels')
  return { bytes: await drawnSmall(file), name: withEnding(file.name, 'jpg'), type: 'image/jpeg' }
}

async function asDocument(file: File, purpose: FilePurpose): Promise<PreparedFile> {
  const isPdf = (await file.slice(0, 5).text()) === '%PDF-'
  if (purpose !== 'document' || !isPdf) throw new FileTroubleError('typeRefused')
  if (file.size > filePurposes.document.maxBytes) throw new FileTroubleError('tooLarge')
  return { bytes: file, name: withEnding(file.name, 'pdf'), type: 'application/pdf' }
}

/** @throws FileTroubleError */
async function drawnSmall(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file).catch(() => {
    throw new FileTroubleError('unreadable')
  })
  try {
    if (picture.width * picture.height > maxPixels) throw new FileTroubleError('tooManyPixels')
    const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(picture.width * scale))
    canvas.height = Math.max(1, Math.round(picture.height * scale))
    const pen = canvas.getContext('2d')
    if (!pen) throw new FileTroubleError('unreadable')
    // What was see-through becomes white: JPEG has no holes, and black would be drawn instead.
    pen.fillStyle = 'white'
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height)
    return await blobOf(canvas, 'image/jpeg')
  } finally {
    picture.close()
  }
}

/** What is drawn on a canvas, as a file. @throws FileTroubleError */
export function blobOf(canvas: HTMLCanvasElement, type: 'image/jpeg' | 'image/png'): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const take = (blob: Blob | null) => (blob ? resolve(blob) : reject(new FileTroubleError('unreadable')))
    canvas.toBlob(take, type, quality)
  })
}

function withEnding(name: string, ending: string): string {
  return `${[...name.replace(/\.[^.]*$/, '')].slice(0, 100).join('') || 'file'}.${ending}`
}
