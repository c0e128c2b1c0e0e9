import { ref, shallowRef, watch } from 'vue'

/**
 * What a sheet draws: what is asked now, and while it leaves what was asked last, so that it does not empty before
 * everybody's eyes. `turn` tells one question from the next of its kind; `forget` is for when it has left.
 */
export function useLingering<Asked extends object>(asked: () => Asked | undefined) {
  const shown = shallowRef<Asked>()
  const turn = ref(0)
  watch(
    asked,
    (now) => {
      if (!now) return
      shown.value = now
      turn.value += 1
    },
    { immediate: true, flush: 'sync' },
  )
  const forget = () => {
    shown.value = asked()
  }
  return { shown, turn, forget }
}
