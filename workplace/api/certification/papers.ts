import { sql } from 'drizzle-orm'
import type { FastifyReply } from 'fastify'
import { imageSize } from '@kangbao/shared/pictures/image-size.ts'
import { mostPaperBytes, type Paper, type PaperItem } from '../../contracts/certification.ts'
import { addSeconds } from '../clock.ts'
import { open, seal } from '../crypto/sealing.ts'
import type { OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import type { Deps } from '../deps.ts'
import { AppError, found } from '../errors.ts'
import type { MemberCtx } from '../http/context.ts'
import { readUpload } from '../http/upload.ts'
import { sniff } from '../media/media.ts'

const pictures: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp'])
const mostPixels = 40_000_000
/** Nobody reads a seal on less. */
const leastSide = 200
const unnamedKeptSeconds = 86_400
const mostUnnamed = 20

const placeOf = (orgId: string, id: string): string => `certification_files/${orgId}/${id}`

/** Keeps one picture until a request names it. */
export async function upload(ctx: MemberCtx, item: PaperItem): Promise<Paper> {
  const { deps, now, orgId, request } = ctx
  const { bytes } = await readUpload(request, { maxBytes: mostPaperBytes, tooLarge: 'media.too-large' })
  const mime = sniff(bytes)
  const size = imageSize(bytes)
  if (!pictures.has(mime) || !size) throw new AppError('certification.paper')
  const { width, height } = size
  if (width * height > mostPixels || Math.min(width, height) < leastSide)
    throw new AppError('certification.paper', { width, height })
  const id = uuidv7()
  const sealed = seal(deps.config.sealKey, placeOf(orgId, id), bytes)
  await ctx.inOrg(async (scope) => {
    await clearAway(scope, now)
    await scope.run(sql`
      insert into certification_files (org_id, id, item, mime, size, bytes, created_at)
      values (${orgId}, ${id}, ${item}, ${mime}, ${bytes.length}, ${sealed}, ${now})`)
  })
  return { id, mime, size: bytes.length }
}

/** Pictures chosen and left again: the old ones, and all but the newest of many. */
async function clearAway(scope: OrgScope, now: Date): Promise<void> {
  await scope.run(sql`
    delete from certification_files where org_id = ${scope.orgId} and id in (
      select f.id from (
        select f.id, f.created_at, row_number() over (order by f.id desc) as nth from certification_files f
        where f.org_id = ${scope.orgId} and not exists (
          select 1 from certifications c where c.org_id = f.org_id and f.id in (c.licence_id, c.letter_id))) f
      where f.nth >= ${mostUnnamed} or f.created_at < ${addSeconds(now, -unnamedKeptSeconds)})`)
}

/** Sends it as a picture and nothing else; no cache keeps it. */
export async function send(
  scope: OrgScope,
  deps: Deps,
  { id, reply }: { id: string; reply: FastifyReply },
): Promise<FastifyReply> {
  const { mime, bytes } = found(
    await scope.one<{ mime: string; bytes: Buffer }>(sql`
      select mime, bytes from certification_files where org_id = ${scope.orgId} and id = ${id}`),
  )
  return reply
    .type(mime)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .send(open(deps.config.sealKey, placeOf(scope.orgId, id), bytes))
}
