import { useRouter } from 'vue-router'
import { resolveScan } from '@kangbao/workplace/contracts/workbench.ts'
import { useSession } from '@/account/session.ts'
import { call } from '@/api/client.ts'
import { linkTarget } from '@/container/link-target.ts'
import { scanDestination } from '@/scan/scan-destination.ts'
import { appPage, openOutside } from './message-link.ts'

/**
 * Opens a link of a message: in its app's container when the message comes from an app or the page is an app's (one that
 * was shared into a chat, say), as a screen of ours when it is one, and outside otherwise.
 */
export function useOpenLink(orgId: string, agentId: () => number | null) {
  const router = useRouter()
  const session = useSession()

  return async (link: string) => {
    const target = linkTarget(link)
    const sender = agentId()
    if (target.kind === 'app') {
      const org = session.orgByCorpId(target.corpId)?.orgId ?? orgId
      const agent = target.agentId ?? sender
      if (agent !== null) return router.push(appPage(org, agent, target.url))
    }
    const url = target.url ?? link
    return sender === null ? openUnsent(url) : router.push(appPage(orgId, sender, url))
  }

  /** No app has sent it, but it may be an app's page all the same: the workplace knows. */
  async function openUnsent(url: string) {
    const read = await call(resolveScan, { body: { text: url.slice(0, 4000), orgId } }).catch(() => undefined)
    const destination = read && read.kind !== 'sign-in' ? scanDestination(read) : undefined
    if (destination?.kind === 'screen') await router.push(destination.to)
    else openOutside(url)
  }
}
