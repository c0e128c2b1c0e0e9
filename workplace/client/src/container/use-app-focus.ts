import { nextTick, onBeforeUnmount, watch, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import type { OpenFrame } from './frames.ts'

/** The screen before is drawn anew by then. */
const redrawnMs = 100

/** What had the focus may be hidden by now, which browsers leave as it is. */
function isLost(): boolean {
  const at = document.activeElement
  return !(at instanceof HTMLElement) || at === document.body || at.offsetParent === null
}

/** An app that comes to the front takes the focus, before its bar; when it goes its icon has it, as one came. */
export function useAppFocus(
  section: Readonly<Ref<HTMLElement | null>>,
  frame: OpenFrame,
  isActive: () => boolean,
) {
  const router = useRouter()
  const params = { orgId: frame.orgId, agentId: String(frame.agentId) }
  const { href } = router.resolve({ name: 'app', params })

  function giveBack() {
    setTimeout(() => {
      if (isLost()) document.querySelector<HTMLElement>(`a[href="${href}"]`)?.focus({ preventScroll: true })
    }, redrawnMs)
  }

  watch(
    isActive,
    async (active, before) => {
      if (!active) return before ? giveBack() : undefined
      await nextTick()
      if (isLost()) section.value?.focus({ preventScroll: true })
    },
    { immediate: true, flush: 'post' },
  )
  onBeforeUnmount(giveBack)
}
