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

  /** Orgs the person was in a moment ago and is not any more, not by his own doing: he is told. */
  const lostOrgs = shallowRef<readonly MyOrg[]>([])
  const expectedLosses = new Set<string>()

  /** Loads the person and orgs; asked for again after a join, a new org or a change of role. */
  async function refresh() {
    const now = await call(getMe, {})
    // As it is when the answer is there: of two at once only the first tells of a loss.
    const before = me.value
    if (before?.person.id === now.person.id) noteLost(before.orgs, now.orgs)
    me.value = now
    return now
  }

  function noteLost(before: readonly MyOrg[], now: readonly MyOrg[]) {
    const lost = before.filter(
      ({ orgId }) => !expectedLosses.has(orgId) && !now.some((item) => item.orgId === orgId),
    )
    lostOrgs.value = [...lostOrgs.value, ...lost]
  }

  /** The person leaves it himself. */
  const expectLoss = (orgId: string) => void expectedLosses.add(orgId)
  /** It came to nothing. */
  const expectNoLoss = (orgId: string) => void expectedLosses.delete(orgId)
  function forgetLost() {
    lostOrgs.value = []
  }

  /** Teams that were dissolved while this page is open: what is told of them is why they are gone. */
  const dissolved = shallowRef<ReadonlySet<string>>(new Set())
  const noteDissolved = (orgId: string) => {
    dissolved.value = new Set([...dissolved.value, orgId])
  }
  const isDissolved = (orgId: string) => dissolved.value.has(orgId)

  function chooseOrg(orgId: string) {
    chosenOrgId.value = orgId
    localStorage.setItem(orgKey, orgId)
  }

  /** Forgets everything of the person on this device. */
  function forget() {
    token.value = undefined
    me.value = undefined
    lostOrgs.value = []
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
  /** What concerns a whole team its main admins change (Z-07). */
  const isMainIn = (orgId: string) => orgById(orgId)?.role === 'main'
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
    isMainIn,
    orgByCorpId,
    lostOrgs,
    expectLoss,
    expectNoLoss,
    forgetLost,
    noteDissolved,
    isDissolved,
  }
})
