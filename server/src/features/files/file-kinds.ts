import { fileTypeFromBuffer } from 'file-type'
import {
  filePurposes,
  imageTypes,
  type FilePurpose,
  type MediaType,
} from '@kangbao/shared/contracts/files.ts'
import { AppError } from '../../errors.ts'

/** Enough of a file's beginning to tell what it is. */
export const headBytes = 4_100

/** An animated PNG is a PNG whose first picture counts. */
const sameAs: Readonly<Record<string, string>> = { 'image/apng': 'image/png' }

/**
 * What a file is by its bytes; its name and the type its sender declares are not asked.
 * @throws AppError `file.heic`, `file.type-refused` when the purpose does not take it.
 */
export async function sniffedType(head: Buffer, purpose: FilePurpose): Promise<MediaType> {
  const sniffed = (await fileTypeFromBuffer(head))?.mime ?? 'application/octet-stream'
  const told = sameAs[sniffed] ?? sniffed
  const allowed: readonly MediaType[] = filePurposes[purpose].types
  const type = allowed.find((each) => each === told)
  if (type !== undefined) return type
  if (/^image\/hei[cf]/.test(told)) throw new AppError('file.heic')
  throw new AppError('file.type-refused', { found: told, allowed })
}

export const isImage = (type: MediaType): boolean => imageTypes.some((each) => each === type)

export const extensions: Readonly<Record<MediaType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
}
