import { onScopeDispose, toValue, watch, type MaybeRefOrGetter } from 'vue'

/** Repeats while the page is looked at; for screens no live event reaches. */
export function usePolling(perform: () => unknown, everyMs: MaybeRefOrGetter<number>): void {
  let timer: ReturnType<typeof setInterval> | undefined
  watch(
    () => toValue(everyMs),
    (ms) => {
      clearInterval(timer)
      timer = setInterval(() => {
        if (document.visibilityState === 'visible') perform()
      }, ms)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearInterval(timer))
}
