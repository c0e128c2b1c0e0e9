import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** A field that follows its source at once and tells it after a pause in the typing. */
export function useDebounced(source: Ref<string>, delayMs = 300): Ref<string> {
  const typed = ref(source.value)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(source, (value) => {
    clearTimeout(timer)
    typed.value = value
  })
  watch(typed, (value) => {
    clearTimeout(timer)
    timer = setTimeout(() => (source.value = value.trim()), delayMs)
  })
  onScopeDispose(() => clearTimeout(timer))
  return typed
}
