import { useI18n } from 'vue-i18n'
import { isConfirmed } from '@/kit/confirm.ts'

/** Asks before an import is undone, and says what that does. */
export function useUndoQuestion() {
  const { t } = useI18n()
  return (file: string) => isConfirmed({ title: t('import.undo'), message: t('import.undoAsk', { file }) })
}
