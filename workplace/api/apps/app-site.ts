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
