import { onScopeDispose, readonly, ref, watch, type Ref } from 'vue'

/** Longer than between two keys of a quick typist; what is found should stand there within 300 ms. */
const pauseMs = 150

/** A value that follows its source once typing pauses. */
export function useDebounced(source: Ref<string>) {
  const settled = ref(source.value)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(source, (value) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      settled.value = value
    }, pauseMs)
  })
  onScopeDispose(() => clearTimeout(timer))
  return readonly(settled)
}
