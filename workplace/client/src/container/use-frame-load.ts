import { computed, onScopeDispose, ref } from 'vue'

/** Longer than a page takes on a bad network; shorter than people wait. */
const slowMs = 12_000
/** An app's first words over the bridge come with its first script. */
const silentMs = 6_000

/** Whether a page in a frame comes, is slow to, or has come and says nothing. Browsers do not tell a failed page. */
export function useFrameLoad() {
  const state = ref<'loading' | 'loaded'>('loading')
  const isSlow = ref(false)
  const isSilent = ref(false)
  let hasSpoken = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function begin() {
    clearTimeout(timer)
    hasSpoken = false
    state.value = 'loading'
    isSlow.value = false
    isSilent.value = false
    timer = setTimeout(() => {
      isSlow.value = true
    }, slowMs)
  }

  function loaded() {
    if (state.value === 'loaded') return
    clearTimeout(timer)
    state.value = 'loaded'
    isSlow.value = false
    if (!hasSpoken)
      timer = setTimeout(() => {
        isSilent.value = !hasSpoken
      }, silentMs)
  }

  function spoke() {
    hasSpoken = true
    isSilent.value = false
  }

  /** The person rather waits. */
  function wait() {
    clearTimeout(timer)
    isSlow.value = false
    isSilent.value = false
    if (state.value === 'loading') timer = setTimeout(() => void (isSlow.value = true), slowMs)
  }

  /** Before its first words there is no page of the app in the frame yet: nobody to tell anything. */
  const hears = () => hasSpoken

  onScopeDispose(() => clearTimeout(timer))
  const trouble = computed(() => (isSlow.value ? 'slow' : isSilent.value ? 'silent' : null))
  return { isLoading: computed(() => state.value === 'loading'), trouble, begin, loaded, spoke, hears, wait }
}
