import type { FastifyInstance } from 'fastify'
import { maxMediaBytes } from '../../contracts/messages.ts'
import { store } from '../media/media.ts'
import type { Upload } from '../http/upload.ts'
import { PlatformError, refusals } from './errors.ts'
import { oapi, textOf, type Call, type Fields } from './gateway.ts'
import { withCaller } from './tokens.ts'

const sizes: Readonly<Record<string, number>> = {
  image: maxMediaBytes,
  voice: 2 * 1024 * 1024,
  video: maxMediaBytes,
  file: maxMediaBytes,
}

/** Files that messages refer to by their media_id. */
export function platformMediaRoutes(app: FastifyInstance): void {
  oapi(app, 'POST', '/media/upload', (given) =>
    withCaller(given, async ({ scope, orgId }) => {
      const { type, file } = await readMedia(given)
      const now = given.deps.clock.now()
      return { media_id: await store(scope, orgId, file, now), type, created_at: now.getTime() }
    }),
  )
}

/** `type` stands in the query or, as the documents have it, in the form before the file. */
async function readMedia({ request, query }: Call): Promise<{ type: string; file: Upload }> {
  if (!request.isMultipart()) throw new PlatformError(43008, '参数需要multipart类型')
  const limits = { fileSize: maxMediaBytes, files: 1 }
  const part = await request.file({ limits, throwFileSizeLimit: false })
  if (!part) throw refusals.missing('media')
  const bytes = await part.toBuffer()
  const type = query['type'] ?? fieldOf({ ...part.fields }, 'type')
  const most = sizes[type]
  if (most === undefined) throw new PlatformError(40004, '不合法的媒体文件类型')
  if (part.file.truncated || bytes.length > most) throw new PlatformError(40006, '不合法的文件大小')
  return { type, file: { name: part.filename, mime: part.mimetype, bytes } }
}

function fieldOf(fields: Fields, name: string): string {
  const field = fields[name]
  return typeof field === 'object' && field !== null && 'value' in field ? textOf(field.value) : ''
}
