import { ref } from 'vue'
import { useErrorText } from './error-text.ts'

/** One act of the person with its pending flag and, in his language, what went wrong; a second tap waits for the first. */
export function useAct() {
  const errorText = useErrorText()
  const isBusy = ref(false)
  const problem = ref('')

  /** @returns whether it was done. */
  async function run(act: () => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    problem.value = ''
    try {
      await act()
      return true
    } catch (error) {
      problem.value = errorText(error)
      return false
    } finally {
      isBusy.value = false
    }
  }

  return { isBusy, problem, run }
}
