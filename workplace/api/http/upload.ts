import type { FastifyRequest } from 'fastify'
import type { WorkplaceErrorCode } from '../../contracts/errors.ts'
import { AppError } from '../errors.ts'

export interface Upload {
  name: string
  mime: string
  bytes: Buffer
}

/** The first file of a multipart request, held in memory up to its limit. */
export async function readUpload(
  request: FastifyRequest,
  given: { maxBytes: number; tooLarge: WorkplaceErrorCode },
): Promise<Upload> {
  if (!request.isMultipart()) throw new AppError('request.invalid', { part: 'file' })
  const part = await request.file({
    limits: { fileSize: given.maxBytes, files: 1 },
    throwFileSizeLimit: false,
  })
  if (!part) throw new AppError('request.invalid', { part: 'file' })
  const bytes = await part.toBuffer()
  if (part.file.truncated) throw new AppError(given.tooLarge, { maxBytes: given.maxBytes })
  return { name: part.filename, mime: part.mimetype, bytes }
}
