import { ref, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** What was typed on the pages of this sitting, by their place in the history. */
const kept = new Map<string, string>()

/**
 * What somebody typed on a page: still there when he comes back to it from a page it opened, and gone with the tab. In
 * no address, where names have no place (S-48).
 */
export function useVisitText(name: string): Ref<string> {
  const route = useRoute()
  const { position, forward } = useRouter().options.history.state
  const place = `${String(position)} ${route.path} ${name}`
  const isBack = forward !== null && forward !== undefined
  const text = ref((isBack ? kept.get(place) : undefined) ?? '')
  watch(text, (now) => kept.set(place, now))
  return text
}
