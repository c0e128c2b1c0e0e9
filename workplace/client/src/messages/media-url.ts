import { clientApiPrefix } from '@kangbao/workplace/contracts/contract.ts'

/** Address of a stored picture or file; full addresses (pictures of cards) stay as they are. */
export function mediaUrl(idOrUrl: string): string {
  return /^https?:\/\//.test(idOrUrl) ? idOrUrl : `${clientApiPrefix}/media/${encodeURIComponent(idOrUrl)}`
}
