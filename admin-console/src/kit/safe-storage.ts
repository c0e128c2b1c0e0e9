/** Storage that may be full, blocked or spoilt by hand: then it simply holds nothing. */
export function readText(storage: Storage, key: string): string | null {
  try {
    return storage.getItem(key)
  } catch {
    return null
  }
}

export function writeText(storage: Storage, key: string, value: string | null): void {
  try {
    if (value === null) storage.removeItem(key)
    else storage.setItem(key, value)
  } catch {
    // A private window without storage: the session lasts as long as the page.
  }
}

/** Reads JSON that passes a check; anything else counts as absent. */
export function readJson<T>(storage: Storage, key: string, is: (value: unknown) => value is T): T | null {
  const text = readText(storage, key)
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return is(value) ? value : null
  } catch {
    return null
  }
}
