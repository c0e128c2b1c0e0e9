import { deviceStorage } from './safe-storage.ts'

const prefix = 'kangbao:personal:'
const version = 'v2:'

/**
 * Key under which something of one member is kept on the device, so that a shared phone mixes nobody up.
 * @param name `draft:…` or `filing:…`, with ids and days only: names of entries are readable.
 */
export function personalKey(memberId: string, name: string): string {
  return `${prefix}${version}${memberId}:${name}`
}

/** Whoever had the device last and has something of this name on it; nobody else's is there (`forgetOthers`). */
export function holderOf(name: string): string | null {
  const start = personalKey('', '').slice(0, -1)
  const found = deviceStorage.keys().find((key) => key.startsWith(start) && key.endsWith(`:${name}`))
  return found?.slice(start.length, -name.length - 1) ?? null
}

/** Names of what is kept of a member. */
export function personalNames(memberId: string): string[] {
  const mine = personalKey(memberId, '')
  return deviceStorage
    .keys()
    .filter((key) => key.startsWith(mine))
    .map((key) => key.slice(mine.length))
}

/** Removes what is kept of a member; of everybody when nobody is named. */
export function forgetEverything(memberId: string | null): void {
  forget((key) => memberId === null || key.startsWith(personalKey(memberId, '')))
}

/** Somebody else holds the device now: nothing of who had it before stays (S-78), nor of versions that did not seal. */
export function forgetOthers(memberId: string): void {
  forget((key) => !key.startsWith(personalKey(memberId, '')))
}

function forget(isMeant: (key: string) => boolean): void {
  for (const key of deviceStorage.keys())
    if (key.startsWith(prefix) && isMeant(key)) deviceStorage.remove(key)
  // Nobody waits for it: what lies there is sealed under a key that is given to its owner only.
  void import('./byte-store.ts').then(({ forgetBytes }) =>
    forgetBytes((key) => key.startsWith(prefix) && isMeant(key)),
  )
}
