import { readonly, ref } from 'vue'

const wideScreen = matchMedia('(min-width: 900px)')
const isWide = ref(wideScreen.matches)
wideScreen.addEventListener('change', ({ matches }) => {
  isWide.value = matches
})

/** True from 900 px on: left rail with list and detail panes instead of bottom tabs. */
export function useLayout() {
  return { isWide: readonly(isWide) }
}
