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
      series: [1, 2, 3, 4, 5, 6].map((n) => token(`chart-${n}`)),
    }
  })
}
