import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { may, type Permission } from '@kangbao/shared/contracts/permissions.ts'
import type { Me, Session } from '@kangbao/shared/contracts/sessions.ts'
import { readJson, tabStorage } from '../storage/safe-storage.ts'

const keyPrefix = 'kangbao:session:v2:'

function isSession(value: unknown): value is Session {
  return (
    typeof value === 'object' &&
    value !== null &&
    'token' in value &&
    'me' in value &&
    'expiresAt' in value &&
    'refreshToken' in value
  )
}

/** Who is signed in. Inside a host nothing is kept: each opening asks the host anew who is holding the phone. */
export const useSession = defineStore('session', () => {
  const session = shallowRef<Session | null>(null)
  const place = shallowRef<{ key: string; isKept: boolean }>({ key: 'none', isKept: false })

  const me = computed<Me | null>(() => session.value?.me ?? null)
  const member = computed(() => me.value?.member ?? null)
  const zone = computed(() => me.value?.org?.timeZone ?? 'Asia/Shanghai')

  /** @param isKept whether a reload of the tab finds the session again (plain browser only). */
  function open(app: string, corpId: string | null, isKept: boolean): void {
    place.value = { key: `${keyPrefix}${app}:${corpId ?? '-'}`, isKept }
    if (!isKept) return
    // One that has expired is renewed by the first call.
    session.value = readJson(tabStorage, place.value.key, isSession)
  }
  function begin(next: Session): void {
    session.value = next
    if (place.value.isKept) tabStorage.write(place.value.key, JSON.stringify(next))
  }
  function become(next: Me): void {
    if (session.value) begin({ ...session.value, me: next })
  }
  function end(): void {
    session.value = null
    tabStorage.remove(place.value.key)
  }
  function can(permission: Permission): boolean {
    return me.value !== null && may(me.value.role, permission)
  }

  return { session, me, member, zone, open, begin, become, end, can }
})
