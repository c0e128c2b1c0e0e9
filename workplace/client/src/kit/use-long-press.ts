import { onScopeDispose } from 'vue'

const holdMs = 500
/** A finger is never quite still; a scroll is further than this. */
const slackPx = 10

/** Calls back when a finger rests; the mouse has its other button for that. Bind what it returns with `v-on`. */
export function useLongPress(onHold: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let wasHeld = false
  let [x, y] = [0, 0]
  const stop = () => clearTimeout(timer)
  onScopeDispose(stop)

  return {
    pointerdown(event: PointerEvent) {
      wasHeld = false
      if (event.pointerType === 'mouse') return
      ;[x, y] = [event.clientX, event.clientY]
      stop()
      timer = setTimeout(() => {
        wasHeld = true
        onHold()
      }, holdMs)
    },
    pointermove(event: PointerEvent) {
      if (Math.hypot(event.clientX - x, event.clientY - y) > slackPx) stop()
    },
    pointerup: stop,
    pointercancel: stop,
    pointerleave: stop,
    /** The finger that comes up has not tapped. */
    clickCapture(event: Event) {
      if (!wasHeld) return
      wasHeld = false
      event.preventDefault()
      event.stopPropagation()
    },
  }
}
