import type { RouteLocationRaw } from 'vue-router'
import { isWebUrl } from '@/container/app-url.ts'

/** A card of an app opens in the container; the workplace refuses addresses of other origins there. */
export function appPage(orgId: string, agentId: number, url: string | undefined): RouteLocationRaw {
  const params = { orgId, agentId: String(agentId) }
  return { name: 'app', params, query: url === undefined ? {} : { url } }
}

/** Opens a link that belongs to no app in its own window, without a way back into this one. */
export function openOutside(url: string) {
  if (isWebUrl(url)) window.open(url, '_blank', 'noopener,noreferrer')
}

export { plainUrl } from '@/container/link-target.ts'
