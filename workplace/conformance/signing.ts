import { createHash, createHmac } from 'node:crypto'

/* Written from the reference sheet alone and importing nothing of the workplace: two readings have to agree. */

/** Signature of get_corp_token and the other signed calls (§1.5), before URL encoding. */
export const signSuiteCall = (suiteSecret: string, timestamp: string, suiteTicket: string): string =>
  createHmac('sha256', suiteSecret).update(`${timestamp}\n${suiteTicket}`).digest('base64')

/** Signature of dd.config (§5.1) over a URL as the page reports it, without its fragment. */
export function signPage(
  digest: 'sha1' | 'sha256',
  { ticket, nonce, timestamp, url }: { ticket: string; nonce: string; timestamp: string; url: string },
): string {
  const [address = '', query] = url.split(/\?(.*)/s)
  const decoded =
    query === undefined ? address : `${address}?${decodeURIComponent(query.replaceAll('+', ' '))}`
  return createHash(digest)
    .update(`jsapi_ticket=${ticket}&noncestr=${nonce}&timestamp=${timestamp}&url=${decoded}`)
    .digest('hex')
}
