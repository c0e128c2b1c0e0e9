import type { RouteLocationRaw } from 'vue-router'
import { isWebUrl } from '@/container/app-url.ts'

/** A card of an app opens in the container; the workplace refuses addresses of other origins there. */
export function appPage(orgId: string, agentId: number, url: string): RouteLocationRaw {
  return { name: 'app', params: { orgId, agentId: String(agentId) }, query: { url } }
}

/** Opens a link that belongs to no app in its own window, without a way back into this one. */
export function openOutside(url: string) {
  if (isWebUrl(url)) window.open(url, '_blank', 'noopener,noreferrer')
}

/** DingTalk's own page links carry the address in a parameter. */
export function plainUrl(url: string): string {
  if (!url.startsWith('dingtalk://')) return url
  return (URL.canParse(url) && new URL(url).searchParams.get('url')) || url
}
