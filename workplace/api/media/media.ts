import { sql } from 'drizzle-orm'
import { randomToken } from '../crypto/secrets.ts'
import type { OrgScope, Queries } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import type { Upload } from '../http/upload.ts'

const maxName = 200

const signatures: readonly { mime: string; magic: readonly number[]; at?: number }[] = [
  { mime: 'image/png', magic: [0x89, 0x50, 0x4e, 0x47] },
  { mime: 'image/jpeg', magic: [0xff, 0xd8, 0xff] },
  { mime: 'image/gif', magic: [0x47, 0x49, 0x46, 0x38] },
  { mime: 'image/webp', magic: [0x57, 0x45, 0x42, 0x50], at: 8 },
  { mime: 'application/pdf', magic: [0x25, 0x50, 0x44, 0x46] },
]

/** What the bytes are, whatever the name says; anything unknown is only ever downloaded. */
export function sniff(bytes: Buffer): string {
  const match = signatures.find(({ magic, at = 0 }) =>
    bytes.subarray(at, at + magic.length).equals(Buffer.from(magic)),
  )
  return match?.mime ?? 'application/octet-stream'
}

/** A name without a path and without what no file is called by; the end, which says its kind, is kept. */
function plainName(name: string): string {
  const last =
    name
      .replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '')
      .split(/[\\/]/)
      .at(-1) ?? ''
  if (last.length <= maxName) return last
  const end = /\.[^.]{1,10}$/.exec(last)?.[0] ?? ''
  return last.slice(0, maxName - end.length) + end
}

/** Keeps the bytes under an id nobody can guess. */
export async function store(tx: Queries, orgId: string, file: Upload, now: Date): Promise<string> {
  const id = `@${randomToken(24)}`
  await tx.run(sql`insert into media (id, org_id, mime, file_name, bytes, created_at)
    values (${id}, ${orgId}, ${sniff(file.bytes)}, ${plainName(file.name)}, ${file.bytes}, ${now})`)
  return id
}

export const mediaUrl = ({ config }: Deps, id: string): string =>
  `${config.publicUrl}/client-api/media/${encodeURIComponent(id)}`

export interface Media {
  mime: string
  name: string
  bytes: Buffer
}

export const read = ({ db }: Deps, id: string): Promise<Media | null> =>
  db.one<Media>(sql`select mime, file_name as name, bytes from media where id = ${id}`)

export interface MediaFacts {
  mime: string
  name: string
  size: number
}

/** What the org has stored under an id; another org's is not there. */
export const factsOf = (scope: OrgScope, id: string): Promise<MediaFacts | null> =>
  scope.one<MediaFacts>(sql`
    select mime, file_name as name, octet_length(bytes) as size from media
    where id = ${id} and org_id = ${scope.orgId}`)

/** A download keeps its name in any script (RFC 6266); a picture is shown where it stands. */
export function disposition({ mime, name }: Pick<Media, 'mime' | 'name'>): string {
  const kind = mime.startsWith('image/') ? 'inline' : 'attachment'
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%;]/g, '_') || 'file'
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
