import { useQueryCache } from '@pinia/colada'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { showConfirmDialog, showSuccessToast } from 'vant'
import { useErrorText } from '@/api/error-text.ts'

/** One admin act with its own pending flag and problem; lists named by `keys` are read again after it. */
export function useAdminAct(keys: readonly string[]) {
  const { t } = useI18n()
  const errorText = useErrorText()
  const cache = useQueryCache()
  const isBusy = ref(false)
  const problem = ref('')

  async function run(act: () => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    problem.value = ''
    try {
      await act()
      showSuccessToast(t('common.saved'))
      return true
    } catch (error) {
      problem.value = errorText(error)
      return false
    } finally {
      isBusy.value = false
      await Promise.all(keys.map((key) => cache.invalidateQueries({ key: [key] })))
    }
  }

  const confirm = (title: string, message: string) =>
    showConfirmDialog({ title, message }).then(
      () => true,
      () => false,
    )

  return { isBusy, problem, run, confirm }
}
