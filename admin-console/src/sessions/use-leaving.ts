import { useQueryCache } from '@pinia/colada'
import { useRouter } from 'vue-router'
import { signOut, type Session } from '@kangbao/shared/contracts/sessions.ts'
import { useApi } from '../api/api.ts'
import { useSession } from './session-store.ts'

/** Signing out and working on elsewhere: nothing read for one org is left for the next. */
export function useLeaving() {
  const api = useApi()
  const session = useSession()
  const cache = useQueryCache()
  const router = useRouter()

  function forget(): void {
    for (const entry of cache.getEntries()) cache.remove(entry)
  }
  async function leave(): Promise<void> {
    try {
      await api.call(signOut)
    } catch {
      // Offline: the session is forgotten here and expires by itself there.
    }
    session.end()
    await router.replace({ name: 'sign-in' })
    forget()
  }
  async function changeTo(other: Session): Promise<void> {
    session.change(other)
    await router.replace('/')
    forget()
  }
  return { leave, changeTo }
}
