import { sql } from 'drizzle-orm'
import { randomToken } from '../crypto/secrets.ts'
import type { Queries } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import type { Upload } from '../http/upload.ts'

export const maxMediaBytes = 20 * 1024 * 1024

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

/** Keeps the bytes under an id nobody can guess. */
export async function store(tx: Queries, orgId: string, file: Upload, now: Date): Promise<string> {
  const id = `@${randomToken(24)}`
  await tx.run(sql`insert into media (id, org_id, mime, file_name, bytes, created_at)
    values (${id}, ${orgId}, ${sniff(file.bytes)}, ${file.name.slice(0, 200)}, ${file.bytes}, ${now})`)
  return id
}

export const mediaUrl = ({ config }: Deps, id: string): string =>
  `${config.publicUrl}/client-api/media/${encodeURIComponent(id)}`

export const read = ({ db }: Deps, id: string): Promise<{ mime: string; bytes: Buffer } | null> =>
  db.one<{ mime: string; bytes: Buffer }>(sql`select mime, bytes from media where id = ${id}`)
