import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  elevate,
  getAdminAccess,
  setAdminPassword,
  type AdminAccess,
} from '@kangbao/workplace/contracts/orgs.ts'
import { useSession } from '@/account/session.ts'
import { call } from '@/api/client.ts'

/**
 * The admin password (Z-03): set the first time, asked again for admin acts. Whoever needs it waits
 * on one dialogue, however many calls were refused at once.
 */
export const useAdminGate = defineStore('admin-gate', () => {
  const session = useSession()
  const access = shallowRef<AdminAccess>()
  const isAsking = ref(false)
  let waiting: ((isOpen: boolean) => void)[] = []

  const orgId = computed(() => session.org?.orgId ?? '')
  // The server names no time that is over; a PC whose clock is wrong must not be asked again and again.
  const isElevated = computed(() => (access.value?.elevatedUntil ?? null) !== null)

  async function load() {
    access.value = await call(getAdminAccess, { params: { orgId: orgId.value } })
    return access.value
  }

  async function ask(): Promise<boolean> {
    await load()
    isAsking.value = true
    return new Promise((resolve) => {
      waiting.push(resolve)
    })
  }

  function finish(isOpen: boolean) {
    isAsking.value = false
    for (const resolve of waiting) resolve(isOpen)
    waiting = []
  }

  /** Gives the password, or sets the first one. */
  async function give(password: string) {
    const contract = access.value?.hasPassword ? elevate : setAdminPassword
    access.value = await call(contract, { params: { orgId: orgId.value }, body: { password } })
    finish(true)
  }

  async function change(current: string, password: string) {
    const body = { current, password }
    access.value = await call(setAdminPassword, { params: { orgId: orgId.value }, body })
    finish(true)
  }

  return { access, isAsking, isElevated, load, ask, give, change, cancel: () => finish(false) }
})
