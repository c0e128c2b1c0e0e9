import { personalKey } from '../storage/personal-storage.ts'
import { deviceStorage } from '../storage/safe-storage.ts'
import { handleStore } from '../storage/byte-store.ts'
import { importKey, keyOfHandle, type DeviceKey } from '../storage/seal.ts'

export const keyName = 'key'
/** As long as a weekend without a network; then nothing opens before the server gives the key again. */
export const keptForMs = 3 * 24 * 3_600_000

/** The time of expiry stands readable before the sealed key, and is bound into the seal. */
const placeOf = (memberId: string, until: number) => `${personalKey(memberId, keyName)}|${until}`

/**
 * Keeps the device key of a member in two halves (ADR 40): sealed in the storage of texts, under a key the browser holds
 * and shows to no script. Signing out removes the first at once, and the second is worth nothing without it.
 * @param isStill whether the member is still the one who is signed in: keeping takes a moment.
 */
export async function keepKey(
  memberId: string,
  base64: string,
  until: number,
  isStill: () => boolean,
): Promise<void> {
  const handle = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
  const sealed = await keyOfHandle(handle).seal(placeOf(memberId, until), base64)
  if (!isStill()) return
  const name = personalKey(memberId, keyName)
  await handleStore.write(name, handle)
  if (isStill()) deviceStorage.write(name, `${until} ${sealed}`)
}

function halfOf(memberId: string): { readonly until: number; readonly sealed: string } | null {
  const [until = '', sealed = ''] = deviceStorage.read(personalKey(memberId, keyName))?.split(' ') ?? []
  return sealed ? { until: Number(until), sealed } : null
}
/** Until when the key is kept; 0 when it is not. */
export const keptUntil = (memberId: string): number => halfOf(memberId)?.until ?? 0

/** The key as it was kept; null when there is none, or its time has passed. */
export async function keptKey(memberId: string, now: number): Promise<DeviceKey | null> {
  const half = halfOf(memberId)
  if (!half || half.until <= now) return null
  const handle = await handleStore.read(personalKey(memberId, keyName)).catch(() => null)
  const base64 = handle && (await keyOfHandle(handle).open(placeOf(memberId, half.until), half.sealed))
  return base64 === null ? null : importKey(base64)
}
