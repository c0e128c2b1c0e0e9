import { onScopeDispose, ref, shallowRef, watch } from 'vue'

/** The address of a picture that only its reader may fetch; given back when another is shown or the page is left. */
export function usePicture(key: () => string, fetchIt: () => Promise<Blob>) {
  const url = ref('')
  const error = shallowRef<unknown>()
  let turn = 0

  function drop() {
    if (url.value) URL.revokeObjectURL(url.value)
    url.value = ''
  }

  async function load() {
    const mine = (turn += 1)
    drop()
    error.value = undefined
    if (!key()) return
    try {
      const blob = await fetchIt()
      if (mine === turn) url.value = URL.createObjectURL(blob)
    } catch (e) {
      if (mine === turn) error.value = e
    }
  }

  watch(key, () => void load(), { immediate: true })
  onScopeDispose(() => {
    turn += 1
    drop()
  })
  return { url, error, load }
}
