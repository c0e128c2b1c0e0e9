const algorithm = 'AES-GCM'
const nonceBytes = 12
const mark = 'v1.'

type Bytes = Uint8Array<ArrayBuffer>

/** What is done with the key; the key itself is in nobody's hand. */
interface Cipher {
  encrypt(nonce: Bytes, boundTo: Bytes, plain: Bytes): Promise<Uint8Array>
  /** @throws when the bytes were changed, moved, or sealed under another key. */
  decrypt(nonce: Bytes, boundTo: Bytes, sealed: Bytes): Promise<Uint8Array>
}

/** Seals and opens texts of one person (AES-256-GCM). */
export interface DeviceKey {
  /** Says nothing to whoever lacks the key but how long the text is. */
  seal(place: string, text: string): Promise<string>
  /** Null when the text was changed, moved, or sealed under another key. */
  open(place: string, sealed: string): Promise<string | null>
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
const base64Of = (bytes: Uint8Array) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
const utf8 = (text: string): Bytes => Uint8Array.from(new TextEncoder().encode(text))

/** @param base64 32 bytes. */
export async function importKey(base64: string): Promise<DeviceKey> {
  // Browsers offer their own cryptography only where a page came by TLS, or from the machine itself.
  const cipher = crypto.subtle ? await ofTheBrowser(bytesOf(base64)) : await byScript(bytesOf(base64))
  return {
    async seal(place, text) {
      const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
      const sealed = await cipher.encrypt(nonce, utf8(place), utf8(text))
      return mark + base64Of(new Uint8Array([...nonce, ...sealed]))
    },
    async open(place, sealed) {
      if (!sealed.startsWith(mark)) return null
      try {
        const bytes = bytesOf(sealed.slice(mark.length))
        const nonce = bytes.slice(0, nonceBytes)
        return new TextDecoder().decode(await cipher.decrypt(nonce, utf8(place), bytes.slice(nonceBytes)))
      } catch {
        return null
      }
    },
  }
}

/** The key can be used and not be read, by no script either. */
async function ofTheBrowser(bytes: Bytes): Promise<Cipher> {
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['encrypt', 'decrypt'])
  const how = (iv: Bytes, additionalData: Bytes) => ({ name: algorithm, iv, additionalData })
  return {
    encrypt: async (nonce, boundTo, plain) =>
      new Uint8Array(await crypto.subtle.encrypt(how(nonce, boundTo), key, plain)),
    decrypt: async (nonce, boundTo, sealed) =>
      new Uint8Array(await crypto.subtle.decrypt(how(nonce, boundTo), key, sealed)),
  }
}

/** The same by a library that is loaded then only: in a trial over the local network drafts are kept as well. */
async function byScript(key: Bytes): Promise<Cipher> {
  const { gcm } = await import('@noble/ciphers/aes.js')
  return {
    encrypt: async (nonce, boundTo, plain) => gcm(key, nonce, boundTo).encrypt(plain),
    decrypt: async (nonce, boundTo, sealed) => gcm(key, nonce, boundTo).decrypt(sealed),
  }
}
