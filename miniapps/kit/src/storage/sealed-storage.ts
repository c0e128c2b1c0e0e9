import { defineStore } from 'pinia'
import type { Client } from '@kangbao/shared/contracts/client.ts'
import { getDeviceKey } from '@kangbao/shared/contracts/sessions.ts'
import { useSession } from '../session/session-store.ts'
import { personalKey, personalNames } from './personal-storage.ts'
import { deviceStorage } from './safe-storage.ts'
import { importKey, type Bytes, type DeviceKey } from './seal.ts'

const againMs = 5_000

/** Only forms that ask for files need it. */
const byteStore = async () => (await import('./byte-store.ts')).byteStore

/** One text: what it is now, and whether the device has it so. Null: removed. */
interface Entry {
  text: string | null
  isStored: boolean
  storing: Promise<void> | null
}

/** What is known of the person who is signed in; dropped as a whole when somebody else is. */
interface Holder {
  readonly memberId: string
  readonly entries: Map<string, Entry>
  asking: Promise<DeviceKey> | null
  key: DeviceKey | null
}

/**
 * Texts of the signed-in member on this device, sealed under a key the server gives to his session only (S-78). The key
 * lives in memory: a reload asks for it again, and without the session nothing opens. A text is at hand at once and is
 * stored as soon as it is sealed, the newest last.
 */
export const useSealed = defineStore('sealed', () => {
  const session = useSession()
  let holder: Holder | null = null

  function current(): Holder | null {
    const memberId = session.member?.id
    if (memberId === undefined) return (holder = null)
    if (holder?.memberId !== memberId) holder = { memberId, entries: new Map(), asking: null, key: null }
    return holder
  }
  const isCurrent = (mine: Holder) => current() === mine

  async function keyOf(api: Client, mine: Holder): Promise<DeviceKey> {
    if (mine.key) return mine.key
    mine.asking ??= api
      .call(getDeviceKey)
      .then(({ key }) => importKey(key))
      .finally(() => (mine.asking = null))
    mine.key = await mine.asking
    return mine.key
  }

  /** Asks for the key ahead of the first text; whoever cannot be reached is asked again later. */
  async function prepare(api: Client): Promise<void> {
    const mine = current()
    if (mine) await keyOf(api, mine).catch(() => undefined)
  }

  function names(): string[] {
    const mine = current()
    if (!mine) return []
    const written = [...mine.entries].filter(([, { text }]) => text !== null).map(([name]) => name)
    return [...new Set([...personalNames(mine.memberId), ...written])]
  }

  /**
   * Null when there is none, or none that opens.
   * @throws UnreachableError or ProblemError when there is one and the key cannot be had now.
   */
  async function read(api: Client, name: string): Promise<string | null> {
    const mine = current()
    if (!mine) return null
    const known = mine.entries.get(name)
    if (known) return known.text
    const place = personalKey(mine.memberId, name)
    const sealed = deviceStorage.read(place)
    if (sealed === null) return null
    const text = await (await keyOf(api, mine)).open(place, sealed)
    // What was written or removed meanwhile is the newer.
    const newer = mine.entries.get(name)
    return newer ? newer.text : text
  }

  /** Resolves when the device has it, or cannot have it now: then it is tried again. */
  function write(api: Client, name: string, text: string): Promise<void> {
    const mine = current()
    if (!mine) return Promise.resolve()
    const entry = mine.entries.get(name) ?? { text, isStored: false, storing: null }
    mine.entries.set(name, entry)
    entry.text = text
    entry.isStored = false
    return store(api, mine, name, entry)
  }

  /** One at a time for each entry, so that an older text never comes after a newer one. */
  function store(api: Client, mine: Holder, name: string, entry: Entry): Promise<void> {
    return (entry.storing ??= sealAway(api, mine, name, entry).finally(() => (entry.storing = null)))
  }

  async function sealAway(api: Client, mine: Holder, name: string, entry: Entry): Promise<void> {
    const place = personalKey(mine.memberId, name)
    while (!entry.isStored && entry.text !== null) {
      const { text } = entry
      try {
        const sealed = await (await keyOf(api, mine)).seal(place, text)
        // Signed out, or removed, while it was being sealed.
        if (!isCurrent(mine) || entry.text === null) return
        deviceStorage.write(place, sealed)
        entry.isStored = entry.text === text
      } catch {
        setTimeout(() => isCurrent(mine) && void store(api, mine, name, entry), againMs)
        return
      }
    }
  }

  function remove(name: string): void {
    const mine = current()
    if (!mine) return
    const entry = mine.entries.get(name)
    if (entry) entry.text = null // and not put back by a seal on its way
    deviceStorage.remove(personalKey(mine.memberId, name))
  }

  /** Bytes, for which texts have no room. Resolves when the device has them; they are at hand meanwhile. */
  async function writeBytes(api: Client, name: string, bytes: Bytes): Promise<void> {
    const mine = current()
    if (!mine) return
    const place = personalKey(mine.memberId, name)
    const sealed = await (await keyOf(api, mine)).sealBytes(place, bytes)
    const store = await byteStore()
    if (isCurrent(mine)) await store.write(place, sealed)
  }
  /** Null when there are none, or none that open. @throws as `read`. */
  async function readBytes(api: Client, name: string): Promise<Bytes | null> {
    const mine = current()
    if (!mine) return null
    const place = personalKey(mine.memberId, name)
    const sealed = await (await byteStore()).read(place)
    return sealed && (await keyOf(api, mine)).openBytes(place, sealed)
  }
  async function removeBytes(name: string): Promise<void> {
    const mine = current()
    if (mine) await (await byteStore()).remove(personalKey(mine.memberId, name))
  }

  const hasKey = () => current()?.key != null
  /** The member's own key, kept on the device for the time without a network. */
  function adopt(key: DeviceKey): void {
    const mine = current()
    if (mine) mine.key ??= key
  }
  return { prepare, names, read, write, remove, writeBytes, readBytes, removeBytes, hasKey, adopt }
})
