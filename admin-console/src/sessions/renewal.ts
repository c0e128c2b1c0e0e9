const leadMs = 3 * 60_000
const soonestMs = 5_000

/** How long to wait before a session is exchanged: three minutes before its end, sooner for a short-lived one. */
export function renewalDelayMs(expiresAt: string, nowMs: number): number {
  const leftMs = Date.parse(expiresAt) - nowMs
  return Math.max(soonestMs, leftMs - Math.min(leadMs, leftMs / 2))
}
