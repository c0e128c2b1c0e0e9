import { createHash, createHmac } from 'node:crypto'
import { equalInConstantTime } from './secrets.ts'

/** Signature of get_corp_token and its neighbours, before URL encoding. */
export const signSuiteCall = (suiteSecret: string, timestamp: string, suiteTicket: string): string =>
  createHmac('sha256', suiteSecret).update(`${timestamp}\n${suiteTicket}`).digest('base64')

export interface PageSignature {
  ticket: string
  nonce: string
  timestamp: string
  /** location.href as the page reports it. */
  href: string
}

/** Both digests in use: 40 hex digits are SHA-1, 64 are SHA-256. */
export function isPageSignature(signature: string, page: PageSignature): boolean {
  const algorithm = signature.length === 40 ? 'sha1' : signature.length === 64 ? 'sha256' : null
  return algorithm !== null && equalInConstantTime(signPage(page, algorithm), signature.toLowerCase())
}

export function signPage(
  { ticket, nonce, timestamp, href }: PageSignature,
  algorithm: 'sha1' | 'sha256',
): string {
  const plain = `jsapi_ticket=${ticket}&noncestr=${nonce}&timestamp=${timestamp}&url=${signedUrl(href)}`
  return createHash(algorithm).update(plain, 'utf8').digest('hex')
}

/** Without the hash, with the query (only) decoded as a form would be: %xx to characters, + to blank. */
export function signedUrl(href: string): string {
  const withoutHash = href.split('#', 1)[0] ?? ''
  const question = withoutHash.indexOf('?')
  if (question < 0) return withoutHash
  return withoutHash.slice(0, question + 1) + decodeForm(withoutHash.slice(question + 1))
}

function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text // a stray % means the page reported it raw
  }
}
