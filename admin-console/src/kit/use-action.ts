import { ElMessage, ElMessageBox } from 'element-plus'
import { ref } from 'vue'
import { errorText, problemCode } from '../api/error-text.ts'
import { useTexts } from './texts.ts'

/** A button's work: its own pending flag, no second run while one is going on, a message when it fails. */
export function useAction<Given extends unknown[], Result>(perform: (...given: Given) => Promise<Result>) {
  const isRunning = ref(false)
  const { locale } = useTexts()

  /** Resolves to undefined when it failed or was running already. */
  async function run(...given: Given): Promise<Result | undefined> {
    if (isRunning.value) return undefined
    isRunning.value = true
    try {
      return await perform(...given)
    } catch (error) {
      // He was asked for a second proof and thought better of it: he knows.
      if (problemCode(error) === 'step-up.needed') return undefined
      ElMessage.error({ message: errorText(error, locale()), grouping: true, showClose: true })
      return undefined
    } finally {
      isRunning.value = false
    }
  }
  return { isRunning, run }
}

export function tellDone(message: string): void {
  ElMessage.success({ message, grouping: true })
}

/** Asks before something others will notice. */
export function useConfirm() {
  const { t } = useTexts()
  return async (question: { title: string; text: string; confirm: string; isDanger?: boolean }) => {
    try {
      await ElMessageBox.confirm(question.text, question.title, {
        confirmButtonText: question.confirm,
        cancelButtonText: t('kit.cancel'),
        confirmButtonType: question.isDanger ? 'danger' : 'primary',
        autofocus: true,
      })
      return true
    } catch {
      return false // cancelled or closed
    }
  }
}
