import { useQueryCache } from '@pinia/colada'
import { useI18n } from 'vue-i18n'
import { showSuccessToast } from 'vant'
import { useAct } from '@/api/use-act.ts'
import { isConfirmed } from '@/kit/confirm.ts'

/** One admin act with its own pending flag and problem; lists named by `keys` are read again after it. */
export function useAdminAct(keys: readonly string[]) {
  const { t } = useI18n()
  const cache = useQueryCache()
  const { isBusy, problem, run: attempt } = useAct()

  async function run(act: () => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false
    const isDone = await attempt(act)
    if (isDone) showSuccessToast(t('common.saved'))
    await Promise.all(keys.map((key) => cache.invalidateQueries({ key: [key] })))
    return isDone
  }

  const confirm = (title: string, message: string) => isConfirmed({ title, message })

  return { isBusy, problem, run, confirm }
}
