import { toHalfWidth } from './half-width.ts'

/** What SMTP carries whole (RFC 5321, section 4.5.3.1), the part before the `@` apart. */
const most = { whole: 254, local: 64 } as const
/** A dot-atom and a name with a dot (RFC 5322): quoted parts, comments and addresses of machines are nobody's mailbox. */
const shape =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i

/** Takes an address as people type it (full-width signs, blanks around it) with its domain in small letters; null when it is none. */
export function parseMailAddress(text: string): string | null {
  const typed = toHalfWidth(text).trim()
  const at = typed.lastIndexOf('@')
  if (typed.length > most.whole || at > most.local || !shape.test(typed)) return null
  return `${typed.slice(0, at)}@${typed.slice(at + 1).toLowerCase()}`
}

/** `z***@example.com`: of a short name nothing stays (X-02). */
export function maskMailAddress(address: string): string {
  const at = address.lastIndexOf('@')
  return `${at > 2 ? address.slice(0, 1) : ''}***${address.slice(at)}`
}
