import { shallowRef, watch } from 'vue'
import { useSession } from '../session/session-store.ts'
import { whenIdle } from '../when-idle.ts'

/** Nobody answers: what is shown was kept on the device. */
export const isAway = shallowRef(false)

const kept = /\/(my\/forms|filling|submissions\/[\w-]+)$/
const keeper = () => import('./kept-replies.ts')

/** Calls whose answers a page needs to open are kept, sealed, and answered from there when nobody else does. */
export const keepingFetch =
  (plain: typeof fetch): typeof fetch =>
  async (ask, how) => {
    const url = String(ask)
    const isKept = kept.test(url)
    try {
      const reply = await plain(ask, how)
      isAway.value = false
      if (isKept) {
        const copy = reply.clone()
        whenIdle(
          () =>
            void keeper()
              .then(({ hear }) => hear(url, how, copy))
              .catch(() => undefined),
        )
      }
      return reply
    } catch (cause) {
      const reply =
        isKept &&
        (await keeper()
          .then(({ answer }) => answer(url, how))
          .catch(() => null))
      if (!reply) throw cause
      isAway.value = true
      return reply
    }
  }

/** When there is a network again, and a session to ask with. */
export function whenBack(work: () => void): void {
  const session = useSession()
  watch(
    () => isAway.value || !session.session,
    (isOut) => isOut || work(),
  )
}
