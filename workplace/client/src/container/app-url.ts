const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]'])

const isLoopback = (hostname: string) => loopbackHosts.has(hostname) || hostname.endsWith('.localhost')

/**
 * The address a frame is opened with: `$CORPID$` filled in and, when the app runs on this machine but
 * the client was opened under another name (a phone on the same network), that name instead of loopback.
 */
export function resolveAppUrl(template: string, corpId: string, clientHostname: string): string {
  const filled = template.replaceAll('$CORPID$', encodeURIComponent(corpId))
  if (!URL.canParse(filled)) return filled
  const url = new URL(filled)
  if (isLoopback(url.hostname) && !isLoopback(clientHostname)) url.hostname = clientHostname
  return url.href
}

/** True for an address that may be put into a frame or a new window. */
export function isWebUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol } = new URL(text)
  return protocol === 'https:' || protocol === 'http:'
}

/** True when a link of a message belongs to the app itself and may get its bridge. */
export function isSameOrigin(link: string, home: string): boolean {
  return URL.canParse(link) && URL.canParse(home) && new URL(link).origin === new URL(home).origin
}
