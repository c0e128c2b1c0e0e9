import { unmasked } from '@kangbao/shared/identity/unmasked.ts'

/** Routes that show a person his own data, or one answer for a reason (S-36, S-37). */
const mayShow = new Set([
  'GET /forms/:formId/filling',
  'GET /my/data',
  'POST /forms/:formId/submissions/:period/:memberId/reveal',
])

let scanned = 0
/** How many replies were scanned in this process. */
export const scannedReplies = (): number => scanned

/** @throws Error when a reply shows what should have been masked. Called for every reply of the tests' own client. */
export function scanReply({ method, path }: { method: string; path: string }, text: string): void {
  scanned += 1
  if (mayShow.has(`${method} ${path}`)) return
  const found = unmasked(text)
  if (found.length > 0)
    throw new Error(`${method} ${path} shows ${found.length} ID numbers or phones unmasked`)
}
