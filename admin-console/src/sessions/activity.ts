/** Nobody at the screen for this long: the session is left to run out (S-21). */
export const idleMs = 30 * 60_000

/** When somebody last touched the page; live numbers and polling are not somebody. */
export function watchActivity(target: EventTarget, now: () => number): () => boolean {
  let lastAt = now()
  const note = () => (lastAt = now())
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
    target.addEventListener(kind, note, { passive: true, capture: true })
  return () => now() - lastAt < idleMs
}
