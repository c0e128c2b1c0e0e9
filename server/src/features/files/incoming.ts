import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { fileNameHeader } from '@kangbao/shared/contracts/files.ts'
import { AppError } from '../../errors.ts'
import type { Upload } from './files.service.ts'

/** Lets the routes of a feature read bytes as they come: only there, and only under this type. */
export function takesBytes(app: FastifyInstance): void {
  app.addContentTypeParser('application/octet-stream', (_request, body, done) => done(null, body))
}

type Arriving = Pick<Upload, 'name' | 'announcedBytes' | 'bytes'>

/**
 * Hands the bytes of a request to whoever stores them.
 * @throws AppError `file.empty` without bytes, `file.cut-off` when the line breaks, and whatever `store` throws.
 */
export async function received<T>(
  { body, headers }: FastifyRequest,
  store: (arriving: Arriving) => Promise<T>,
): Promise<T> {
  if (!(body instanceof Readable)) throw new AppError('file.empty')
  const name = headers[fileNameHeader]
  const length = headers['content-length']
  try {
    return await store({
      name: typeof name === 'string' ? name : undefined,
      announcedBytes: length === undefined ? undefined : Number(length),
      bytes: whole(body),
    })
  } finally {
    // A sender hears an answer when he has sent all: what is left unread is let run out.
    body.resume()
  }
}

/** A line that breaks off is the sender's trouble, not a fault of ours. */
async function* whole(body: Readable): AsyncGenerator<Buffer> {
  try {
    // Left open when the rest is not wanted, so that the answer still gets through.
    for await (const piece of body.iterator({ destroyOnReturn: false })) yield piece
  } catch (cause) {
    throw new AppError('file.cut-off', {}, { cause })
  }
}
