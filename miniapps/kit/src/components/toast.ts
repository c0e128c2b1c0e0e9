import { defineStore } from 'pinia'
import { ref } from 'vue'

const shownMs = 2600

/** One passing sentence at a time, read out by screen readers. */
export const useToast = defineStore('toast', () => {
  const text = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  function show(next: string): void {
    clearTimeout(timer)
    text.value = next
    timer = setTimeout(() => (text.value = ''), shownMs)
  }
  return { text, show }
})
