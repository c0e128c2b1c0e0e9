const isLoopback = (hostname: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(hostname) || hostname.endsWith('.localhost')

/** Names a machine has on its own network, never on the Internet. */
const isLanName = (hostname: string): boolean =>
  /^(10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254)\.[\d.]+$/.test(hostname) ||
  hostname.endsWith('.local') ||
  !hostname.includes('.')

/**
 * The address as the app's own origin has it, or null when it stands on another site. An app registered under
 * loopback runs on this machine: a phone reaches it under the name it reached us by, or the machine's network name.
 */
export function onAppSite(text: URL, home: URL, ownHost: string): URL | null {
  const url = new URL(text)
  const isThisMachine = isLoopback(url.hostname) || url.hostname === ownHost || isLanName(url.hostname)
  if (isLoopback(home.hostname) && isThisMachine) url.hostname = home.hostname
  return url.origin === home.origin ? url : null
}

/**
 * Origins the workplace opens in a frame: those its suites live on. One registered under loopback has the name by which
 * this page was reached as well.
 * @param host `Host` of the request, not to be trusted: what is no plain name is left out.
 */
export function appOrigins(
  suites: readonly { homeUrl: string; pcHomeUrl: string }[],
  host: string | undefined,
): string[] {
  const name = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/i.exec(host ?? '')?.[1]
  const homes = suites
    .flatMap(({ homeUrl, pcHomeUrl }) => [homeUrl, pcHomeUrl])
    .filter((url) => URL.canParse(url))
  const origins = homes.flatMap((text) => {
    const url = new URL(text)
    const own = url.origin
    if (!isLoopback(url.hostname) || name === undefined) return [own]
    url.hostname = name
    return [own, url.origin]
  })
  return [...new Set(origins)]
}
