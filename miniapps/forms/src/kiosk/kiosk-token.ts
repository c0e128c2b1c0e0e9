import { deviceStorage } from '@kangbao/kit/storage/safe-storage.ts'

const key = 'kangbao:kiosk:v1'
const pattern = /^#([A-Za-z0-9_-]{75})$/

/**
 * The token of this tablet: from the link it was opened by, or kept since. It is taken out of the address, where a passer-by
 * could read it, and a reload finds it again.
 */
export function takeToken(): string | null {
  const [, given] = pattern.exec(location.hash) ?? []
  if (given !== undefined) deviceStorage.write(key, given)
  if (location.hash) history.replaceState(null, '', location.pathname + location.search)
  return deviceStorage.read(key)
}

export function forgetToken(): void {
  deviceStorage.remove(key)
}
