import { createHash, createHmac } from 'node:crypto'

/** Query of the calls signed with the suite secret (`get_corp_token`, `get_auth_info`, `get_agent`). */
export function signedQuery(
  suite: { readonly suiteKey: string; readonly suiteSecret: string },
  ticket: string,
  timestampMs: number,
): Record<string, string> {
  const timestamp = String(timestampMs)
  return {
    accessKey: suite.suiteKey,
    timestamp,
    suiteTicket: ticket,
    signature: suiteSignature(suite.suiteSecret, timestamp, ticket),
  }
}

/** Base64; becomes part of an address, so it is URL-encoded there. */
export function suiteSignature(suiteSecret: string, timestamp: string, ticket: string): string {
  return createHmac('sha256', suiteSecret).update(`${timestamp}\n${ticket}`).digest('base64')
}

export interface PageToSign {
  readonly ticket: string
  readonly nonce: string
  readonly timestamp: string
  /** `location.href` as the page reports it. */
  readonly url: string
}

/** Signature for `dd.config`: SHA-256 is what the platform's present sample makes, SHA-1 what older ones made. */
export function pageSignature(page: PageToSign, digest: 'sha1' | 'sha256' = 'sha256'): string {
  const { ticket, nonce, timestamp, url } = page
  const plain = `jsapi_ticket=${ticket}&noncestr=${nonce}&timestamp=${timestamp}&url=${signableUrl(url)}`
  return createHash(digest).update(plain, 'utf8').digest('hex')
}

/** No hash, and the query decoded like a form: iOS reports it encoded, Android raw. */
export function signableUrl(url: string): string {
  const [address = ''] = url.split('#')
  const mark = address.indexOf('?')
  if (mark < 0) return address
  return address.slice(0, mark + 1) + decodeForm(address.slice(mark + 1))
}

function decodeForm(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced // a stray percent sign: the page shows it raw
  }
}
