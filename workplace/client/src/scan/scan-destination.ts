import type { RouteLocationRaw } from 'vue-router'
import type { ScanResult } from '@kangbao/workplace/contracts/workbench.ts'
import { isWebUrl } from '@/container/app-url.ts'

/** Where a resolved code leads: a screen of the client, another site, or just its text. */
export type ScanDestination =
  | { readonly kind: 'screen'; readonly to: RouteLocationRaw }
  | { readonly kind: 'site'; readonly url: string }
  | { readonly kind: 'text'; readonly text: string }

/**
 * Turns the workplace's reading of a code into a destination. A link of any other scheme than http(s)
 * (`javascript:`, `file:`) is only ever shown as text.
 */
export function scanDestination(result: ScanResult): ScanDestination {
  switch (result.kind) {
    case 'install':
      return {
        kind: 'screen',
        to: {
          name: 'install',
          params: { suiteId: result.suiteId },
          query: result.promoCode === null ? {} : { c: result.promoCode },
        },
      }
    case 'join':
      return { kind: 'screen', to: { name: 'join', params: { code: result.code } } }
    case 'sign-in':
      return {
        kind: 'screen',
        to: { name: 'scan-sign-in', params: { ticket: result.ticket }, state: { isScanned: true } },
      }
    case 'link':
      return linkDestination(result)
    case 'text':
      return { kind: 'text', text: result.text }
  }
}

function linkDestination({ url, agentId, orgId }: Extract<ScanResult, { kind: 'link' }>): ScanDestination {
  if (!isWebUrl(url)) return { kind: 'text', text: url }
  if (agentId === null || orgId === null) return { kind: 'site', url }
  return { kind: 'screen', to: { name: 'app', params: { orgId, agentId: String(agentId) }, query: { url } } }
}
