import { createHash } from 'node:crypto'
import { isRecord } from './layout.ts'
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

/** Lets the operator of the embedded workplace in, once; null when it makes none, which must not stop a start. */
export async function operatorLink({
  urls,
  secrets,
}: Pick<Stack, 'urls' | 'secrets'>): Promise<string | null> {
  try {
    const answer = await fetch(`${urls.workplace}/client-api/operator/links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secrets.operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: '平台运营' }),
      signal: AbortSignal.timeout(5_000),
    })
    const made: unknown = await answer.json()
    return isRecord(made) && typeof made['link'] === 'string' ? made['link'] : null
  } catch {
    return null
  }
}
