import { useRouter } from 'vue-router'
import { appPage, openOutside, plainUrl } from './message-link.ts'

/** Opens a link of a message: in its app's container when the message comes from an app. */
export function useOpenLink(orgId: string, agentId: () => number | null) {
  const router = useRouter()
  return async (link: string) => {
    const url = plainUrl(link)
    const agent = agentId()
    if (agent === null) openOutside(url)
    else await router.push(appPage(orgId, agent, url))
  }
}
