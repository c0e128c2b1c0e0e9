import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import {
  OperatorSession,
  signInOperator,
  signOutOperator,
} from '@kangbao/workplace/contracts/operator-access.ts'
import { Value } from 'typebox/value'
import { call } from '@/api/client.ts'

const storageKey = 'kangbao:operator:v1'

function stored(): OperatorSession | undefined {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? '')
    return Value.Check(OperatorSession, value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The operator's session, apart from that of a person: it lives in this tab and ends with it. */
export const useOperatorSession = defineStore('operator-session', () => {
  const session = shallowRef(stored())
  const isSignedIn = computed(() => session.value !== undefined)

  async function signIn(body: { key: string; name?: string }) {
    session.value = await call(signInOperator, { body })
    sessionStorage.setItem(storageKey, JSON.stringify(session.value))
  }

  function forget() {
    session.value = undefined
    sessionStorage.removeItem(storageKey)
  }

  async function signOut() {
    // Without a network too: the token is dropped here in any case.
    await call(signOutOperator, {}).catch(() => undefined)
    forget()
  }

  return { session, isSignedIn, signIn, signOut, forget }
})
