import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { may, type Permission } from '@kangbao/shared/contracts/permissions.ts'
import type { AccessToken, Me, Session } from '@kangbao/shared/contracts/sessions.ts'
import { forgetOthers } from '../storage/personal-storage.ts'
import { readJson, tabStorage } from '../storage/safe-storage.ts'

const everyKey = 'kangbao:session:'
const keyPrefix = `${everyKey}v3:`

/** A session without whom it stands for: names and numbers lie in no storage of the browser (S-78). */
type Tokens = Omit<Session, 'me'>

function isTokens(value: unknown): value is Tokens {
  return (
    typeof value === 'object' &&
    value !== null &&
    'token' in value &&
    'expiresAt' in value &&
    'refreshToken' in value
  )
}

/** Who is signed in. Inside a host nothing is kept: each opening asks the host anew who is holding the phone. */
export const useSession = defineStore('session', () => {
  const session = shallowRef<Tokens | null>(null)
  const me = shallowRef<Me | null>(null)
  const place = shallowRef<{ key: string; isKept: boolean }>({ key: 'none', isKept: false })

  const member = computed(() => me.value?.member ?? null)
  const zone = computed(() => me.value?.org?.timeZone ?? 'Asia/Shanghai')
  const isKept = computed(() => place.value.isKept)

  /**
   * @param kept whether a reload of the tab finds the session again (plain browser only). Whom it stands for has to be
   * asked then, see `become`.
   */
  function open(app: string, corpId: string | null, kept: boolean): void {
    place.value = { key: `${keyPrefix}${app}:${corpId ?? '-'}`, isKept: kept }
    for (const key of tabStorage.keys())
      if (key.startsWith(everyKey) && !key.startsWith(keyPrefix)) tabStorage.remove(key)
    // One that has expired is renewed by the first call.
    if (kept) session.value = readJson(tabStorage, place.value.key, isTokens)
  }
  function begin({ me: next, ...tokens }: Session): void {
    session.value = tokens
    if (place.value.isKept) tabStorage.write(place.value.key, JSON.stringify(tokens))
    become(next)
  }
  function become(next: Me): void {
    if (!session.value) return
    me.value = next
    if (next.member) forgetOthers(next.member.id)
  }
  /** Who had this device before holds it still, as far as can be told without a network: nothing but his own is opened. */
  function recall(before: Me): void {
    me.value = before
  }
  /** A token that carries a second proof takes the place of the current one (S-22). */
  function proved(token: AccessToken): void {
    if (session.value && me.value) begin({ ...session.value, ...token, me: me.value })
  }
  function end(): void {
    session.value = null
    me.value = null
    tabStorage.remove(place.value.key)
  }
  function can(permission: Permission): boolean {
    return me.value !== null && may(me.value.role, permission)
  }

  return { session, me, member, zone, isKept, open, begin, become, recall, proved, end, can }
})
