import type { Bytes } from './seal.ts'

/** Where bytes outlive the page: photos are too large for the storage of texts. */
interface ByteStore {
  read(key: string): Promise<Bytes | null>
  write(key: string, bytes: Bytes): Promise<void>
  remove(key: string): Promise<void>
  keys(): Promise<string[]>
}

const databaseName = 'kangbao'
const storeName = 'bytes'

function answerTo<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('the device refused'))
  })
}

let opening: Promise<IDBDatabase> | null = null
function database(): Promise<IDBDatabase> {
  return (opening ??= open())
}
async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(storeName)
  return answerTo(request)
}
async function shelf(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  return (await database()).transaction(storeName, mode).objectStore(storeName)
}

/** What the device refuses, or has no room for, is good for as long as the page is open. */
const spare = new Map<string, Bytes>()

export const byteStore: ByteStore = {
  async read(key) {
    const kept = spare.get(key)
    if (kept) return kept
    try {
      const found: unknown = await answerTo((await shelf('readonly')).get(key))
      return found instanceof Uint8Array ? Uint8Array.from(found) : null
    } catch {
      return null
    }
  },
  async write(key, bytes) {
    try {
      await answerTo((await shelf('readwrite')).put(bytes, key))
      spare.delete(key)
    } catch {
      spare.set(key, bytes)
    }
  },
  async remove(key) {
    spare.delete(key)
    try {
      await answerTo((await shelf('readwrite')).delete(key))
    } catch {
      // Never kept there.
    }
  },
  async keys() {
    try {
      const kept = await answerTo((await shelf('readonly')).getAllKeys())
      return [...kept.filter((key) => typeof key === 'string'), ...spare.keys()]
    } catch {
      return [...spare.keys()]
    }
  },
}

/** Keys that the browser uses and shows to nobody lie beside the bytes, under names of the same kind. */
export const handleStore = {
  async read(key: string): Promise<CryptoKey | null> {
    const found: unknown = await answerTo((await shelf('readonly')).get(key))
    return found instanceof CryptoKey ? found : null
  },
  /** @throws when the device refuses. */
  async write(key: string, handle: CryptoKey): Promise<void> {
    await answerTo((await shelf('readwrite')).put(handle, key))
  },
}

/** Removes what is meant; nobody waits for it, and it goes on while another page is shown. */
export function forgetBytes(isMeant: (key: string) => boolean): void {
  void byteStore.keys().then((keys) => Promise.all(keys.filter(isMeant).map((key) => byteStore.remove(key))))
}
