import { deviceStorage } from './safe-storage.ts'

const prefix = 'kangbao:personal:v1:'

/** Key under which something of one member is kept on the device, so that a shared phone mixes nobody up. */
export function personalKey(memberId: string, topic: 'drafts' | 'queue'): string {
  return `${prefix}${memberId}:${topic}`
}

/** Removes what is kept of a member; of everybody when nobody is named. */
export function forgetEverything(memberId: string | null): void {
  const mine = memberId === null ? prefix : `${prefix}${memberId}:`
  for (const key of deviceStorage.keys()) if (key.startsWith(mine)) deviceStorage.remove(key)
}
