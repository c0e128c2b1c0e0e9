import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { may, type Permission } from '@kangbao/shared/contracts/permissions.ts'
import type { AccessToken, Session } from '@kangbao/shared/contracts/sessions.ts'
import { readJson, writeText } from '../kit/safe-storage.ts'

const storageKey = 'kangbao:console-session:v2'

interface Kept {
  /** One per organisation the person administers; switching needs no new code. */
  readonly sessions: readonly Session[]
  readonly active: number
}

function isKept(value: unknown): value is Kept {
  return (
    typeof value === 'object' &&
    value !== null &&
    'sessions' in value &&
    Array.isArray(value.sessions) &&
    'active' in value &&
    typeof value.active === 'number'
  )
}

const none: Kept = { sessions: [], active: 0 }

/** Who is signed in. Kept for the tab only, so that closing it signs out. */
export const useSession = defineStore('session', () => {
  const kept = shallowRef<Kept>(readJson(sessionStorage, storageKey, isKept) ?? none)

  const current = computed<Session | null>(() => kept.value.sessions[kept.value.active] ?? null)
  const others = computed(() => kept.value.sessions.filter((session) => session !== current.value))
  const me = computed(() => current.value?.me ?? null)
  const isOperator = computed(() => me.value?.role === 'operator')
  /** Of the government: what he was entered as, and the region he sees. */
  const viewer = computed(() => me.value?.viewer ?? null)
  const zone = computed(() => me.value?.org?.timeZone ?? 'Asia/Shanghai')
  const token = () => current.value?.token

  function keep(next: Kept): void {
    kept.value = next
    writeText(sessionStorage, storageKey, next.sessions.length > 0 ? JSON.stringify(next) : null)
  }
  /** @param active which of them is worked in. */
  function begin(sessions: readonly Session[], active = 0): void {
    keep({ sessions, active })
  }
  /** Works on in another organisation of the same person. */
  function change(to: Session): void {
    const active = kept.value.sessions.indexOf(to)
    if (active >= 0) keep({ ...kept.value, active })
  }
  /** Takes in what is newer of a session kept here; another tab may have renewed it. */
  function renewed(fresh: Session): void {
    const sessions = kept.value.sessions.map((each) => (each.id === fresh.id ? fresh : each))
    keep({ ...kept.value, sessions })
  }
  /** A token that carries a second proof takes the place of the current one (S-22). */
  function proved(token: AccessToken): void {
    if (current.value) renewed({ ...current.value, ...token })
  }
  /** Signed out of one organisation: the others go on. */
  function drop(id: string): void {
    const left = kept.value.sessions.filter((each) => each.id !== id)
    const active = current.value ? left.indexOf(current.value) : -1
    keep(active < 0 ? none : { sessions: left, active })
  }
  function end(): void {
    keep(none)
  }
  function can(permission: Permission): boolean {
    return me.value !== null && may(me.value.role, permission)
  }

  return {
    kept,
    current,
    others,
    me,
    isOperator,
    viewer,
    zone,
    token,
    begin,
    change,
    renewed,
    proved,
    drop,
    end,
    can,
  }
})
