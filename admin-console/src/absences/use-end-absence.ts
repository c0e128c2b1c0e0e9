import { endAbsence } from '@kangbao/shared/contracts/absences.ts'
import { useApi } from '../api/api.ts'
import { useTexts } from '../kit/texts.ts'
import { tellDone, useAction, useConfirm } from '../kit/use-action.ts'

/** Somebody is back: asks once, and calls `ended` when it is done. */
export function useEndAbsence(ended: () => void) {
  const api = useApi()
  const { t } = useTexts()
  const confirm = useConfirm()
  return useAction(async (absenceId: string, name: string) => {
    const question = {
      title: t('absence.end'),
      text: t('absence.end-text', { name }),
      confirm: t('absence.end'),
    }
    if (!(await confirm(question))) return
    await api.call(endAbsence, { params: { absenceId } })
    tellDone(t('absence.ended', { name }))
    ended()
  })
}
