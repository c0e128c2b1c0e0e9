import { computed } from 'vue'
import { usePreferences } from '../preferences.ts'

/** The theme's colours for drawings, read again when the theme changes. */
export function useChartTokens() {
  const preferences = usePreferences()
  return computed(() => {
    void preferences.isDark // read so that a change of theme draws anew
    const style = getComputedStyle(document.documentElement)
    const token = (name: string) => style.getPropertyValue(`--k-${name}`).trim()
    return {
      text: token('text-2'),
      faint: token('text-3'),
      line: token('line'),
      surface: token('surface-raised'),
      strong: token('text'),
      ok: token('bar-ok'),
      warn: token('bar-warn'),
      danger: token('bar-danger'),
      idle: token('bar-idle'),
      /** Colours of answers that are as they should be, and of those that warn. */
      calm: [1, 3, 5, 6].map((n) => token(`chart-${n}`)),
      alarm: [token('bar-danger'), ...[2, 4].map((n) => token(`chart-${n}`))],
    }
  })
}
