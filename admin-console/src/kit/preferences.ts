import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { locales, type Locale } from '@kangbao/shared/locale.ts'
import { readJson, writeText } from './safe-storage.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const storageKey = 'kangbao:console-preferences:v1'

function oneOf<T extends string>(allowed: readonly T[], value: unknown, otherwise: T): T {
  return allowed.find((item) => item === value) ?? otherwise
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Language and theme of this device; they outlive the session on purpose. */
export const usePreferences = defineStore('preferences', () => {
  const saved = readJson(localStorage, storageKey, isRecord) ?? {}
  const locale = ref<Locale>(oneOf(locales, saved['locale'], 'zh-CN'))
  const theme = ref<Theme>(oneOf(themes, saved['theme'], 'system'))
  const isNavNarrow = ref(saved['isNavNarrow'] === true)

  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const isSystemDark = ref(system.matches)
  system.addEventListener('change', (event) => (isSystemDark.value = event.matches))
  const isDark = computed(() => theme.value === 'dark' || (theme.value === 'system' && isSystemDark.value))

  watch([locale, theme, isNavNarrow], () => {
    writeText(
      localStorage,
      storageKey,
      JSON.stringify({ locale: locale.value, theme: theme.value, isNavNarrow: isNavNarrow.value }),
    )
  })
  watch(
    [isDark, locale],
    () => {
      document.documentElement.dataset['theme'] = isDark.value ? 'dark' : 'light'
      document.documentElement.lang = locale.value
    },
    { immediate: true },
  )

  return { locale, theme, isDark, isNavNarrow }
})
