const algorithm = 'AES-GCM'
const nonceBytes = 12
const mark = 'v1.'

export type Bytes = Uint8Array<ArrayBuffer>

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
  sealBytes(place: string, bytes: Bytes): Promise<Bytes>
  /** Null as for texts. */
  openBytes(place: string, sealed: Bytes): Promise<Bytes | null>
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
/** No bytes for a text that is no base64: they open as little as changed ones do. */
function readable(base64: string): Bytes {
  try {
    return bytesOf(base64)
  } catch {
    return new Uint8Array()
  }
}
const base64Of = (bytes: Uint8Array) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
const utf8 = (text: string): Bytes => Uint8Array.from(new TextEncoder().encode(text))

/** @param base64 32 bytes. */
export async function importKey(base64: string): Promise<DeviceKey> {
  // Browsers offer their own cryptography only where a page came by TLS, or from the machine itself.
  return keyWith(crypto.subtle ? await ofTheBrowser(bytesOf(base64)) : await byScript(bytesOf(base64)))
}

/** A key that the browser holds. */
export const keyOfHandle = (handle: CryptoKey): DeviceKey => keyWith(byHandle(handle))

function keyWith(cipher: Cipher): DeviceKey {
  async function sealBytes(place: string, bytes: Bytes): Promise<Bytes> {
    const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
    const sealed = await cipher.encrypt(nonce, utf8(place), bytes)
    const whole = new Uint8Array(nonceBytes + sealed.length)
    whole.set(nonce)
    whole.set(sealed, nonceBytes)
    return whole
  }
  async function openBytes(place: string, sealed: Bytes): Promise<Bytes | null> {
    try {
      const nonce = sealed.slice(0, nonceBytes)
      return Uint8Array.from(await cipher.decrypt(nonce, utf8(place), sealed.slice(nonceBytes)))
    } catch {
      return null
    }
  }
  return {
    sealBytes,
    openBytes,
    async seal(place, text) {
      return mark + base64Of(await sealBytes(place, utf8(text)))
    },
    async open(place, sealed) {
      if (!sealed.startsWith(mark)) return null
      const opened = await openBytes(place, readable(sealed.slice(mark.length)))
      return opened && new TextDecoder().decode(opened)
    },
  }
}

/** The key can be used and not be read, by no script either. */
async function ofTheBrowser(bytes: Bytes): Promise<Cipher> {
  return byHandle(await crypto.subtle.importKey('raw', bytes, algorithm, false, ['encrypt', 'decrypt']))
}
function byHandle(key: CryptoKey): Cipher {
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
