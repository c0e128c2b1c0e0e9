import { computed, onScopeDispose, ref } from 'vue'

const touches = ['pointerdown', 'keydown', 'input', 'wheel'] as const

/**
 * Seconds left until a page nobody touches is nobody’s any more. Looked at by the clock, so that a tablet that slept wakes up
 * at its start.
 * @param secondsFor How long somebody may look on without a touch now; null while it does not matter.
 */
export function useIdle(secondsFor: () => number | null, over: () => void) {
  const touchedAt = ref(Date.now())
  const now = ref(Date.now())
  const secondsLeft = computed(() => {
    const seconds = secondsFor()
    return seconds === null ? null : Math.ceil(seconds - (now.value - touchedAt.value) / 1000)
  })
  function touch(): void {
    touchedAt.value = Date.now()
    now.value = touchedAt.value
  }
  const timer = setInterval(() => {
    now.value = Date.now()
    if (secondsLeft.value === null || secondsLeft.value > 0) return
    touch()
    over()
  }, 1_000)
  for (const name of touches) window.addEventListener(name, touch, { passive: true, capture: true })
  onScopeDispose(() => {
    clearInterval(timer)
    for (const name of touches) window.removeEventListener(name, touch, { capture: true })
  })
  return { secondsLeft, touch }
}
