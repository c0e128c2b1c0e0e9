import type { Client } from '@kangbao/shared/contracts/client.ts'
import { getDeviceKey } from '@kangbao/shared/contracts/sessions.ts'
import { useSession } from '../session/session-store.ts'
import { keepKey, keptForMs, keptUntil } from './kept-key.ts'

/** Kept anew when less than this is left of it: about once a day. */
const renewWithinMs = (keptForMs * 2) / 3

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string }
}

/** The one address of a script the page names itself; its policy lets nothing else through (S-71). */
function workerUrl(): string {
  const url = `${import.meta.env.BASE_URL}sw.js`
  const policies = 'trustedTypes' in window ? (window.trustedTypes as Policies) : null // in no type library yet
  return policies?.createPolicy('kangbao-worker', { createScriptURL: () => url }).createScriptURL(url) ?? url
}

let registering: Promise<unknown> | null = null

/**
 * From now on the app opens without a network, for the member who is signed in.
 * @returns whether this browser can: in older ones, and on pages without TLS, everything is as it was.
 */
export function stayOpen(api: Client): Promise<boolean> {
  const memberId = useSession().member?.id
  if (memberId === undefined || !('serviceWorker' in navigator) || !crypto.subtle)
    return Promise.resolve(false)
  registering ??= register()
  return keepFor(api, memberId)
}

async function register(): Promise<void> {
  // Where the browser refuses, in a private window for instance, the page is good while it is open.
  if (import.meta.env.PROD) await navigator.serviceWorker.register(workerUrl()).catch(() => undefined)
}

async function keepFor(api: Client, memberId: string): Promise<boolean> {
  const session = useSession()
  const now = Date.now()
  if (keptUntil(memberId) > now + renewWithinMs) return true
  try {
    const { key } = await api.call(getDeviceKey)
    await keepKey(memberId, key, now + keptForMs, () => session.member?.id === memberId)
    return session.member?.id === memberId
  } catch {
    return false // the next reply tries again
  }
}
