import { inject, ref, shallowRef, type InjectionKey, type Ref, type ShallowRef } from 'vue'
import type { Locale, LocalText } from '@kangbao/shared/locale.ts'

/** Texts of an app or page: a tree of strings; `{name}` stands for a value. */
export interface Messages {
  readonly [key: string]: string | Messages
}
/** The default language travels with the page, another one only to those who read it. */
export interface LocaleSource {
  readonly 'zh-CN': Messages
  readonly en: () => Promise<{ readonly default: Messages }>
}
type Flat = ReadonlyMap<string, string>

/**
 * The texts of an app. Own lines instead of vue-i18n: with it the fill page's first view weighed 17 kB more than all
 * of its own code (P26 asks for 80 kB in all), and of its abilities only a look-up with named values is used.
 */
export interface Texts {
  readonly locale: Ref<Locale>
  readonly messages: ShallowRef<Readonly<Record<Locale, Flat>>>
  /** Where the texts came from, for the moment somebody changes the language. */
  readonly sources: LocaleSource[]
}
export const textsKey: InjectionKey<Texts> = Symbol('texts')

function* flatten(tree: Messages, prefix = ''): Generator<[string, string]> {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') yield [prefix + key, value]
    else yield* flatten(value, `${prefix}${key}.`)
  }
}

export function createTexts(locale: Locale): Texts {
  return { locale: ref(locale), messages: shallowRef({ 'zh-CN': new Map(), en: new Map() }), sources: [] }
}

/** Adds texts of one language; pages that are loaded later bring theirs. */
export function addMessages(texts: Texts, locale: Locale, more: Messages): void {
  const before = texts.messages.value
  texts.messages.value = { ...before, [locale]: new Map([...before[locale], ...flatten(more)]) }
}

/** Adds the texts the screen's language needs: the default ones always, another language's on top. */
export async function addTexts(texts: Texts, source: LocaleSource): Promise<void> {
  texts.sources.push(source)
  addMessages(texts, 'zh-CN', source['zh-CN'])
  if (texts.locale.value === 'en') addMessages(texts, 'en', (await source.en()).default)
}

/** Changes the language of every page; fetches its texts first, so that none shows half of each. */
export async function changeLocale(texts: Texts, locale: Locale): Promise<void> {
  if (locale === 'en') {
    const loaded = await Promise.all(texts.sources.map((source) => source.en()))
    for (const { default: messages } of loaded) addMessages(texts, 'en', messages)
  }
  texts.locale.value = locale
}

/** A text in a language, in the default language when it is missing there, or its key. */
export function translate(
  texts: Texts,
  key: string,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const { [texts.locale.value]: here, 'zh-CN': fallback } = texts.messages.value
  const text = here.get(key) ?? fallback.get(key) ?? key
  return text.includes('{')
    ? text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
    : text
}

/** Texts in the language of the screen. */
export function useTexts() {
  const texts = inject(textsKey)
  if (!texts) throw new Error('no texts were provided')
  return {
    t: (key: string, values?: Readonly<Record<string, string | number>>) => translate(texts, key, values),
    locale: () => texts.locale.value,
    changeLocale: (locale: Locale) => changeLocale(texts, locale),
    /** The screen's language of a text that is data. */
    local: (text: LocalText) => text[texts.locale.value],
  }
}
