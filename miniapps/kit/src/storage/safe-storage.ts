/** Storage that may be missing: inside another site's frame a browser can refuse it altogether. */
export interface TextStorage {
  read(key: string): string | null
  write(key: string, value: string): void
  remove(key: string): void
  keys(): string[]
}

function inMemory(): TextStorage {
  const values = new Map<string, string>()
  return {
    read: (key) => values.get(key) ?? null,
    write: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
    keys: () => [...values.keys()],
  }
}

function over(storage: Storage): TextStorage {
  const spare = inMemory()
  return {
    read: (key) => spare.read(key) ?? storage.getItem(key),
    write(key, value) {
      try {
        storage.setItem(key, value)
        spare.remove(key)
      } catch {
        spare.write(key, value) // full or switched off: good for as long as the page is open
      }
    },
    remove(key) {
      spare.remove(key)
      storage.removeItem(key)
    },
    keys: () => [...new Set([...Object.keys(storage), ...spare.keys()])],
  }
}

function open(pick: () => Storage): TextStorage {
  try {
    return over(pick())
  } catch {
    return inMemory()
  }
}

/** Outlives the page. */
export const deviceStorage: TextStorage = open(() => localStorage)
/** Ends with the tab. */
export const tabStorage: TextStorage = open(() => sessionStorage)

/** Reads JSON written by this app; null when there is none or it cannot be read. */
export function readJson<T>(
  storage: TextStorage,
  key: string,
  isValid: (value: unknown) => value is T,
): T | null {
  const text = storage.read(key)
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return isValid(value) ? value : null
  } catch {
    return null
  }
}
