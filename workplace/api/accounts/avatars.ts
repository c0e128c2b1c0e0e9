import { sql } from 'drizzle-orm'
import type { FastifyReply } from 'fastify'
import { imageSize } from '@kangbao/shared/pictures/image-size.ts'
import { mostAvatarBytes } from '../../contracts/account-security.ts'
import type { Person } from '../../contracts/accounts.ts'
import { clientApiPrefix } from '../../contracts/contract.ts'
import { randomToken } from '../crypto/secrets.ts'
import type { Queries } from '../db/database.ts'
import { AppError, found } from '../errors.ts'
import { notifyPersons } from '../events/notify.ts'
import type { Ctx, SessionCtx } from '../http/context.ts'
import { readUpload } from '../http/upload.ts'
import { sniff } from '../media/media.ts'
import { personView, type PersonRow } from './sessions.ts'

const pictures: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp'])
const mostSide = 512

/** The client crops and re-encodes; what is not small and a picture did not come from it. */
export async function set(ctx: SessionCtx): Promise<Person> {
  const { bytes } = await readUpload(ctx.request, { maxBytes: mostAvatarBytes, tooLarge: 'media.too-large' })
  const mime = sniff(bytes)
  const size = imageSize(bytes)
  if (!pictures.has(mime) || !size || Math.max(size.width, size.height) > mostSide)
    throw new AppError('account.picture')
  const id = randomToken(18)
  return change(ctx, `${clientApiPrefix}/avatars/${id}`, (tx) =>
    tx.run(sql`
      insert into avatars (id, person_id, mime, bytes) values (${id}, ${ctx.personId}, ${mime}, ${bytes})
      on conflict (person_id) do update set id = excluded.id, mime = excluded.mime, bytes = excluded.bytes`),
  )
}

export const remove = (ctx: SessionCtx): Promise<Person> =>
  change(ctx, null, (tx) => tx.run(sql`delete from avatars where person_id = ${ctx.personId}`))

function change(
  { deps, personId }: SessionCtx,
  url: string | null,
  keep: (tx: Queries) => Promise<number>,
): Promise<Person> {
  return deps.db.transaction(async (tx) => {
    await keep(tx)
    const person = await tx.one<PersonRow>(
      sql`update persons set avatar = ${url} where id = ${personId} returning id, name, phone, avatar`,
    )
    await notifyPersons(tx, [personId], { type: 'account' })
    return personView(found(person))
  })
}

/** Another picture has another id, so this one may be kept for ever. */
export async function send({ deps }: Ctx, id: string, reply: FastifyReply): Promise<FastifyReply> {
  const { mime, bytes } = found(
    await deps.db.one<{ mime: string; bytes: Buffer }>(sql`select mime, bytes from avatars where id = ${id}`),
  )
  return reply
    .type(mime)
    .header('content-disposition', 'inline')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cache-control', 'private, max-age=31536000, immutable')
    .send(bytes)
}
