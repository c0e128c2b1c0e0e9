/** For what is only likely to be wanted: after the first view stands, and before the network may be gone. */
export function whenIdle(work: () => void): void {
  // Not every web view has the browser's own way.
  if ('requestIdleCallback' in window) window.requestIdleCallback(work, { timeout: 5_000 })
  else setTimeout(work, 1_500)
}
