import type { MediaType } from '@kangbao/shared/contracts/files.ts'
import { extensions } from './file-kinds.ts'

const longest = 100
/** Names Windows keeps for devices, whatever follows the dot. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i
/** Control and zero-width characters, and those that turn the reading direction: `gpj.exe` would read `exe.jpg`. */
const invisible = /[\p{Cc}\p{Cf}\p{Cn}\p{Zl}\p{Zp}]/gu

/**
 * A name that is safe in any folder and header: no path, nothing invisible, the ending its bytes ask for.
 * @param given as the sender told it, percent-encoded; anything unreadable becomes `file`.
 */
export function harmlessName(given: string | undefined, type: MediaType): string {
  const stem = decoded(given ?? '')
    .normalize('NFC')
    .replace(invisible, '')
    .split(/[/\\]/)
    .at(-1)
    ?.replace(/\.[^.]{0,10}$/, '')
    .replace(/[<>:"|?*%;]/g, '_')
    // A run is looked at from its beginning only, else a long one in the middle costs its square (S-84).
    .replace(/^[\s.]+|(?<![\s.])[\s.]+$/g, '')
  const short = [...(stem ?? '')].slice(0, longest).join('')
  const safe = short === '' ? 'file' : reserved.test(short.split('.')[0] ?? '') ? `_${short}` : short
  return `${safe}.${extensions[type]}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/** Never `inline`: what people send is not drawn in our own origin (S-67). The name by RFC 6266. */
export function asAttachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
