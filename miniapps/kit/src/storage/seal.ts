const algorithm = 'AES-GCM'
const nonceBytes = 12
const mark = 'v1.'

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
const base64Of = (bytes: Uint8Array) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
/** Bound into the seal: a text moved to another place, or another person's, does not open. */
const boundTo = (place: string) => ({ additionalData: new TextEncoder().encode(place) })

/** False on a page that came without TLS from another machine: browsers offer no cryptography there. */
export function canSeal(): boolean {
  return globalThis.crypto?.subtle !== undefined
}

/** @param base64 32 bytes. The key that is returned can be used and not be read, by no script either. */
export function importKey(base64: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytesOf(base64), algorithm, false, ['encrypt', 'decrypt'])
}

/** AES-256-GCM; says nothing to whoever lacks the key but how long the text is. */
export async function sealText(key: CryptoKey, place: string, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(nonceBytes))
  const how = { name: algorithm, iv, ...boundTo(place) }
  const sealed = await crypto.subtle.encrypt(how, key, new TextEncoder().encode(text))
  return mark + base64Of(new Uint8Array([...iv, ...new Uint8Array(sealed)]))
}

/** Null when the text was changed, moved, or sealed under another key. */
export async function openText(key: CryptoKey, place: string, sealed: string): Promise<string | null> {
  if (!sealed.startsWith(mark)) return null
  try {
    const bytes = bytesOf(sealed.slice(mark.length))
    const how = { name: algorithm, iv: bytes.slice(0, nonceBytes), ...boundTo(place) }
    return new TextDecoder().decode(await crypto.subtle.decrypt(how, key, bytes.slice(nonceBytes)))
  } catch {
    return null
  }
}
