import { useSession } from '../session/session-store.ts'
import { holderOf } from '../storage/personal-storage.ts'
import { useSealed } from '../storage/sealed-storage.ts'
import { isAway } from './kept-fetch.ts'
import { keptKey, keyName } from './kept-key.ts'
import { forgetReplies, keptMe } from './kept-replies.ts'

/**
 * Nobody can say who holds the device: whoever was signed in on it last goes on with what is kept of him, until the
 * server is back and asks. False when nothing is kept, its time has passed, or it is of another organisation.
 */
export async function goOnAsBefore(corpId: string | null): Promise<boolean> {
  const goesOn = useSession().me !== null || (await recalled(corpId))
  if (goesOn) isAway.value = true
  return goesOn
}

async function recalled(corpId: string | null): Promise<boolean> {
  const session = useSession()
  const memberId = holderOf(keyName)
  if (memberId === null) return false
  const me = await keptMe(memberId)
  const key = await keptKey(memberId, Date.now())
  if (!me || !key) {
    forgetReplies(memberId)
    return false
  }
  if (corpId !== null && me.org?.corpId !== corpId) return false
  session.recall(me)
  useSealed().adopt(key)
  return true
}
