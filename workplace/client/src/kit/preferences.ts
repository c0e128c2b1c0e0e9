import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { locales, useLocale, type LocaleName } from '@/i18n/index.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]
export const textSizes = ['normal', 'large', 'huge'] as const
export type TextSize = (typeof textSizes)[number]

const storageKey = 'kangbao:preferences:v1'

function oneOf<T extends string>(allowed: readonly T[], value: unknown, fallback: T): T {
  return allowed.find((item) => item === value) ?? fallback
}

function stored(): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** Language, theme and text size of this device; they outlive the session on purpose. */
export const usePreferences = defineStore('preferences', () => {
  const saved = stored()
  const locale = ref<LocaleName>(oneOf(locales, saved.locale, 'zh-CN'))
  const theme = ref<Theme>(oneOf(themes, saved.theme, 'system'))
  const textSize = ref<TextSize>(oneOf(textSizes, saved.textSize, 'normal'))
  const systemDark = matchMedia('(prefers-color-scheme: dark)')
  const isDark = ref(false)

  function apply() {
    isDark.value = theme.value === 'dark' || (theme.value === 'system' && systemDark.matches)
    const root = document.documentElement
    root.dataset.theme = isDark.value ? 'dark' : 'light'
    root.classList.toggle('van-theme-dark', isDark.value)
    root.dataset.text = textSize.value
    useLocale(locale.value)
  }

  systemDark.addEventListener('change', apply)
  watch([locale, theme, textSize], () => {
    localStorage.setItem(
      storageKey,
      JSON.stringify({ locale: locale.value, theme: theme.value, textSize: textSize.value }),
    )
    apply()
  })
  apply()

  return { locale, theme, textSize, isDark }
})
