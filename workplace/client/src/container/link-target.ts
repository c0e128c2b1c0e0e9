/** Where a link of a message or an app leads, DingTalk's own links taken apart. */
export type LinkTarget =
  | { readonly kind: 'page'; readonly url: string }
  /** `action/openapp`: an app on the workbench of an org, at a page of it or at home. */
  | {
      readonly kind: 'app'
      readonly corpId: string
      /** As `app_id=0_<agentId>` names it; null: the sender's own app. */
      readonly agentId: number | null
      readonly url: string | undefined
    }

const scheme = 'dingtalk:'

/**
 * `dingtalk://dingtalkclient/page/link?url=…&pc_slide=true` and `…/action/openapp?corpid=…&app_id=0_…&redirect_url=…`
 * (DingTalk's link schemes); any other text is an address as it stands. `pc_slide` says how wide DingTalk's window is, so
 * it changes nothing here: pages of an app always open beside the rail.
 */
export function linkTarget(text: string): LinkTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== scheme) return { kind: 'page', url: text }
  const inner = url.searchParams.get('redirect_url') ?? url.searchParams.get('url') ?? undefined
  if (!url.pathname.endsWith('action/openapp')) return { kind: 'page', url: inner ?? text }
  const agentId = Number(/^\d+_(\d+)$/.exec(url.searchParams.get('app_id') ?? '')?.[1])
  return {
    kind: 'app',
    corpId: url.searchParams.get('corpid') ?? '',
    agentId: Number.isSafeInteger(agentId) && agentId > 0 ? agentId : null,
    url: inner,
  }
}

/** The web address in a link of the platform, or the text itself. */
export function plainUrl(text: string): string {
  const target = linkTarget(text)
  return target.url ?? text
}
