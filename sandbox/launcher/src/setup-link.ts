import { createHash } from 'node:crypto'
import { withClient } from './postgres.ts'
import type { Stack } from './stack.ts'

/** The operator's one-time link while nobody has used it; null afterwards. The server keeps a used one as its hash. */
export async function unusedSetupLink({
  urls,
  secrets,
  databaseUrls,
}: Pick<Stack, 'urls' | 'secrets' | 'databaseUrls'>): Promise<string | null> {
  const hash = createHash('sha256').update(secrets.setupToken).digest()
  const wasUsed = await withClient(databaseUrls.kangbao, async (client) => {
    const found = await client.query('select from setup_tokens where token_hash = $1', [hash])
    return found.rowCount !== 0
  })
  return wasUsed ? null : `${urls.adminConsole}#/setup/${secrets.setupToken}`
}
