import { maxMediaBytes, uploadMedia, type MessageContent } from '@kangbao/workplace/contracts/messages.ts'
import { uploadTold } from '@/api/client.ts'
import { ApiProblem } from '@/api/problem.ts'
import { smallPicture } from './small-picture.ts'

/** What is to be sent: words, a picture or a file. */
export type Draft =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'image' | 'file'; readonly file: File }

/** Pictures every browser draws; what is called a picture but is none of these goes as a file. */
const pictures: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

export const draftOf = (file: File): Draft => ({ kind: pictures.has(file.type) ? 'image' : 'file', file })

interface Told {
  onProgress: (part: number) => void
  signal: AbortSignal
}

/** Puts the draft's bytes into the org's store and says what the message holds. */
export async function contentOf(draft: Draft, orgId: string, told: Told): Promise<MessageContent> {
  if (draft.kind === 'text') return { msgtype: 'text', text: { content: draft.text } }
  const { file } = draft
  if (file.size > maxMediaBytes) throw new ApiProblem({ code: 'media.too-large', status: 413 })
  const store = async (stored: File, onProgress: Told['onProgress']) =>
    (await uploadTold(uploadMedia, { params: { orgId } }, stored, { ...told, onProgress })).mediaId
  if (draft.kind === 'file')
    return { msgtype: 'file', file: { media_id: await store(file, told.onProgress) } }
  const small = await smallPicture(file).catch(() => undefined)
  // A picture this browser cannot read is still a file.
  if (!small) return { msgtype: 'file', file: { media_id: await store(file, told.onProgress) } }
  const thumb_media_id = await store(small.thumb, () => undefined)
  const media_id = await store(small.whole, told.onProgress)
  return { msgtype: 'image', image: { media_id, thumb_media_id, width: small.width, height: small.height } }
}
