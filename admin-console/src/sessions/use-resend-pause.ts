import { onScopeDispose, ref } from 'vue'

/** Counts down until another code may be asked for. */
export function useResendPause() {
  /** Seconds left; 0 when one may ask. */
  const waitS = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined
  const stop = () => clearInterval(timer)

  function pauseFor(seconds: number): void {
    stop()
    waitS.value = seconds
    timer = setInterval(() => {
      waitS.value -= 1
      if (waitS.value <= 0) stop()
    }, 1000)
  }
  onScopeDispose(stop)
  return { waitS, pauseFor }
}
