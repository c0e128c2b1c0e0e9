import { onScopeDispose, readonly, ref, watch, type Ref } from 'vue'

const pauseMs = 250

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
