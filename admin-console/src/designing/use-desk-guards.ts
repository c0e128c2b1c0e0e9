import { onMounted, onUnmounted } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'
import { useTexts } from '../kit/texts.ts'
import { useConfirm } from '../kit/use-action.ts'
import type { Designer } from './use-designer.ts'

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))

/**
 * Keeps work from being lost: undo and redo from the keyboard outside of boxes, which have their own; nobody leaves with
 * changes that could not be kept without having said so.
 */
export function useDeskGuards(desk: Pick<Designer, 'saveState' | 'undo' | 'redo' | 'flush'>): void {
  const { t } = useTexts()
  const confirm = useConfirm()

  function onKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return
    const key = event.key.toLowerCase()
    if (key !== 'z' && key !== 'y') return
    event.preventDefault()
    if (key === 'y' || event.shiftKey) desk.redo()
    else desk.undo()
  }
  function onUnload(event: BeforeUnloadEvent): void {
    if (desk.saveState.value !== 'saved') event.preventDefault()
  }
  onMounted(() => {
    window.addEventListener('keydown', onKey)
    window.addEventListener('beforeunload', onUnload)
  })
  onUnmounted(() => {
    window.removeEventListener('keydown', onKey)
    window.removeEventListener('beforeunload', onUnload)
  })
  onBeforeRouteLeave(async () => {
    if (desk.saveState.value === 'saved' || (await desk.flush())) return true
    return confirm({
      title: t('design.leave'),
      text: t('design.leave-text'),
      confirm: t('design.leave-yes'),
      isDanger: true,
    })
  })
}
