import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  getMe,
  signOut as signOutContract,
  type Me,
  type MyOrg,
  type Session,
} from '@kangbao/workplace/contracts/accounts.ts'
import { call } from '@/api/client.ts'

const tokenKey = 'kangbao:session:v1'
const orgKey = 'kangbao:org:v1'

/** Who is signed in on this device, the person's orgs and the one in use. */
export const useSession = defineStore('session', () => {
  const token = ref(localStorage.getItem(tokenKey) ?? undefined)
  const me = shallowRef<Me>()
  /** On the way out: apps that are open hear of it before they are closed. */
  const isLeaving = ref(false)
  const chosenOrgId = ref(localStorage.getItem(orgKey) ?? '')

  const isSignedIn = computed(() => token.value !== undefined)
  const orgs = computed<readonly MyOrg[]>(() => me.value?.orgs ?? [])
  const org = computed(() => orgs.value.find(({ orgId }) => orgId === chosenOrgId.value) ?? orgs.value[0])

  function begin(session: Session) {
    token.value = session.token
    localStorage.setItem(tokenKey, session.token)
  }

  /** Loads the person and orgs; asked for again after a join, a new org or a change of role. */
  async function refresh() {
    me.value = await call(getMe, {})
    return me.value
  }

  function chooseOrg(orgId: string) {
    chosenOrgId.value = orgId
    localStorage.setItem(orgKey, orgId)
  }

  /** Forgets everything of the person on this device. */
  function forget() {
    token.value = undefined
    me.value = undefined
    chosenOrgId.value = ''
    localStorage.removeItem(tokenKey)
    localStorage.removeItem(orgKey)
  }

  async function signOut() {
    isLeaving.value = true
    // Signing out must work without a network too: the token is dropped here in any case.
    await call(signOutContract, {}).catch(() => undefined)
    forget()
    isLeaving.value = false
  }

  const orgById = (orgId: string) => orgs.value.find((item) => item.orgId === orgId)
  const orgByCorpId = (corpId: string) => orgs.value.find((item) => item.corpId === corpId)

  return {
    token,
    me,
    isLeaving,
    isSignedIn,
    orgs,
    org,
    begin,
    refresh,
    chooseOrg,
    forget,
    signOut,
    orgById,
    orgByCorpId,
  }
})
