import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Client } from '@kangbao/shared/contracts/client.ts'
import {
  getMe,
  renewSession,
  signInByAuthCode,
  signOut,
  type AppId,
} from '@kangbao/shared/contracts/sessions.ts'
import { ProblemError } from '@kangbao/shared/contracts/client.ts'
import { mayPass } from '../api/error-text.ts'
import { forgetEverything } from '../storage/personal-storage.ts'
import type { Environment } from '../host/environment.ts'
import type { HostBridge } from '../host/host-bridge.ts'
import { useSession } from './session-store.ts'

/** `asking`: the person has to sign in by phone; `failed`: the host or the server said no. */
export type SignInState = 'working' | 'signed-in' | 'asking' | 'failed'

export interface SignInDeps {
  readonly app: AppId
  readonly environment: Environment
  readonly bridge: HostBridge
  /** Calls without renewal, so that signing in never waits for signing in. */
  readonly client: Client
}

/** The network's or the host's, not the server's: that knows whom it refuses. */
const isNoAnswer = (cause: unknown) => !(cause instanceof ProblemError) || mayPass(cause)
const isRefusal = (cause: unknown) => cause instanceof ProblemError && cause.problem.status === 401

/** Signing in, silently inside the host (Z-23), by phone outside it; and again when the server forgot us. */
export const useSignIn = defineStore('sign-in', () => {
  const session = useSession()
  const state = ref<SignInState>('working')
  const error = shallowRef<unknown>(null)
  const deps = shallowRef<SignInDeps | null>(null)
  let underWay: Promise<boolean> | undefined

  async function silently({ app, environment, bridge, client }: SignInDeps): Promise<boolean> {
    if (!environment.isInsideHost || !environment.corpId) return false
    const corpId = environment.corpId
    const code = await bridge.requestAuthCode(corpId)
    session.begin(await client.call(signInByAuthCode, { body: { app, corpId, code } }))
    return true
  }

  /** Signs in without a question where that is possible. Safe to call from several places at once. */
  async function start(next?: SignInDeps): Promise<boolean> {
    if (next) deps.value = next
    const current = deps.value
    if (!current) return false
    underWay ??= attempt(current).finally(() => (underWay = undefined))
    return underWay
  }

  async function attempt(current: SignInDeps): Promise<boolean> {
    if (state.value !== 'signed-in') state.value = 'working'
    error.value = null
    try {
      const done = await silently(current)
      state.value = done || (await resume(current)) ? 'signed-in' : 'asking'
      return done
    } catch (cause) {
      error.value = cause
      const goesOn = isNoAnswer(cause) && (await asBefore(current.environment.corpId))
      state.value = goesOn ? 'signed-in' : 'failed'
      return false
    }
  }
  /** Without a network the app opens with what is kept of who was here last; most openings never load this. */
  async function asBefore(corpId: string | null): Promise<boolean> {
    const { goOnAsBefore } = await import('../offline/as-before.ts')
    return goOnAsBefore(corpId)
  }

  /** After a reload of the tab: the tokens are there, and whom they stand for is asked. */
  async function resume({ client }: SignInDeps): Promise<boolean> {
    if (!session.session || session.me) return session.me !== null
    try {
      session.become(await client.call(getMe))
      return true
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
    }
    if (await exchange()) return true
    session.end()
    return false
  }

  let renewing: Promise<boolean> | undefined

  /**
   * After a 401: true when a fresh token is at hand. Where the session cannot be renewed, the host is asked anew, and
   * outside it the person. Many calls may fail at once; one renewal serves them all, since a refresh token works once.
   */
  async function renew(): Promise<boolean> {
    const before = session.member?.id
    renewing ??= renewOnce().finally(() => (renewing = undefined))
    const done = await renewing
    // The host may have been handed to somebody else meanwhile: what one was about to say the other does not.
    return done && (before === undefined || session.member?.id === before)
  }

  async function renewOnce(): Promise<boolean> {
    if (await exchange()) return true
    if (deps.value?.environment.isInsideHost) return start()
    session.end()
    state.value = 'asking'
    return false
  }

  async function exchange(): Promise<boolean> {
    const { client } = deps.value ?? {}
    const refreshToken = session.session?.refreshToken
    if (!client || !refreshToken) return false
    try {
      session.begin(await client.call(renewSession, { body: { refreshToken } }))
      return true
    } catch (cause) {
      // Offline is no reason to ask the person who he is.
      if (!isRefusal(cause)) throw cause
      return false
    }
  }

  /** Exchanges the token before it runs out, so that nobody is interrupted. */
  async function prolong(): Promise<void> {
    await renew().catch(() => undefined) // the next call tries again
  }

  function signedIn(): void {
    state.value = 'signed-in'
  }

  /** Health answers do not outlive the session: drafts and the queue go with it. */
  async function leave(): Promise<void> {
    const memberId = session.member?.id ?? null
    forgetEverything(memberId) // first: inside a host the frame may be closed before the answer comes
    await deps.value?.client.call(signOut).catch(() => undefined) // the token dies by itself if the server cannot hear us
    forgetEverything(memberId)
    session.end()
    state.value = 'asking'
  }

  return { state, error, deps, start, renew, prolong, signedIn, leave }
})
