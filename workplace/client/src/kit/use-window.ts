import { computed, onScopeDispose, ref, watch, type Ref } from 'vue'

/** Rows kept drawn above and below what is seen, so that a tap or a Tab key finds the next ones there. */
const spare = 12

/**
 * Which rows of a long list to draw: those in sight and a few around them. All rows have the same height, in rem, so
 * that nothing has to be measured; what is left out is a blank of the same height.
 */
export function useWindow(list: Ref<HTMLElement | null>, rows: () => number, rowRem: number) {
  const above = ref(0)
  const seen = ref(0)
  const rowPx = ref(16 * rowRem)
  let frame: number | undefined
  let container: Element | null = null

  function look() {
    frame = undefined
    const element = list.value
    if (!element || !container) return
    rowPx.value = rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
    const top = container.getBoundingClientRect().top - element.getBoundingClientRect().top
    above.value = Math.max(0, Math.floor(top / rowPx.value))
    seen.value = Math.ceil(container.clientHeight / rowPx.value)
  }
  const lookSoon = () => (frame ??= requestAnimationFrame(look))
  function stop() {
    container?.removeEventListener('scroll', lookSoon)
    window.removeEventListener('resize', lookSoon)
    if (frame !== undefined) cancelAnimationFrame(frame)
    frame = undefined
  }

  watch(
    list,
    (element) => {
      stop()
      container = element?.closest('.scroll') ?? null
      container?.addEventListener('scroll', lookSoon, { passive: true })
      window.addEventListener('resize', lookSoon)
      look()
    },
    { flush: 'post' },
  )
  watch(rows, lookSoon, { flush: 'post' })
  onScopeDispose(stop)

  const from = computed(() => Math.max(0, Math.min(above.value, rows()) - spare))
  const to = computed(() => Math.min(rows(), above.value + Math.max(seen.value, spare) + spare))
  const style = computed(() => ({
    paddingBlockStart: `${from.value * rowPx.value}px`,
    paddingBlockEnd: `${(rows() - to.value) * rowPx.value}px`,
  }))
  return { from, to, style }
}
