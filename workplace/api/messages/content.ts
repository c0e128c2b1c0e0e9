import type { Static } from 'typebox'
import type { FileBody, ImageBody, MessageContent } from '../../contracts/messages.ts'
import type { OrgScope } from '../db/database.ts'
import { AppError } from '../errors.ts'
import { factsOf, type MediaFacts } from '../media/media.ts'

const writable: ReadonlySet<MessageContent['msgtype']> = new Set(['text', 'image', 'file', 'link'])

/** What people send; cards are for apps. */
export const isWritable = ({ msgtype }: MessageContent): boolean => writable.has(msgtype)

const maxText = 5000

/** Of what a person writes, only the body its type names; of what he stored, only what is there. */
export async function kept(
  scope: OrgScope,
  { msgtype, text, image, file, link }: MessageContent,
): Promise<MessageContent> {
  if (msgtype === 'text' && text?.content.trim())
    return { msgtype, text: { content: text.content.slice(0, maxText) } }
  if (msgtype === 'image' && image) return { msgtype, image: await keptImage(scope, image) }
  if (msgtype === 'file' && file) return { msgtype, file: await keptFile(scope, file.media_id) }
  if (msgtype === 'link' && link) return { msgtype, link }
  throw new AppError('request.invalid', { part: 'content' })
}

async function keptImage(
  scope: OrgScope,
  image: Static<typeof ImageBody>,
): Promise<Static<typeof ImageBody>> {
  const ids = [image.media_id, ...(image.thumb_media_id ? [image.thumb_media_id] : [])]
  for (const id of ids)
    if (!(await stored(scope, id)).mime.startsWith('image/')) throw new AppError('media.type')
  const { media_id, thumb_media_id, width, height } = image
  return {
    media_id,
    ...(thumb_media_id ? { thumb_media_id } : {}),
    ...(width && height ? { width, height } : {}),
  }
}

async function keptFile(scope: OrgScope, media_id: string): Promise<Static<typeof FileBody>> {
  const { name, size } = await stored(scope, media_id)
  return { media_id, file_name: name, size }
}

async function stored(scope: OrgScope, id: string): Promise<MediaFacts> {
  const facts = await factsOf(scope, id)
  if (!facts) throw new AppError('media.missing')
  return facts
}

/** A file an app sends by its id alone is shown with its name as well; an id nobody gave out is left as it is. */
export async function withFileName(scope: OrgScope, content: MessageContent): Promise<MessageContent> {
  if (content.msgtype !== 'file' || !content.file) return content
  const facts = await factsOf(scope, content.file.media_id)
  return facts
    ? { ...content, file: { media_id: content.file.media_id, file_name: facts.name, size: facts.size } }
    : content
}
