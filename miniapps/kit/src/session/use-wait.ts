import { onScopeDispose, ref } from 'vue'

/** Seconds until something may be done again, counted down. */
export function useWait() {
  const waitS = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined
  function waitFor(seconds: number): void {
    clearInterval(timer)
    waitS.value = seconds
    timer = setInterval(() => {
      waitS.value -= 1
      if (waitS.value <= 0) clearInterval(timer)
    }, 1000)
  }
  onScopeDispose(() => clearInterval(timer))
  return { waitS, waitFor }
}
