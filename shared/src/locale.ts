/** Languages every screen speaks; the first is the default. */
export const locales = ['zh-CN', 'en'] as const
export type Locale = (typeof locales)[number]

/** A text in every language. */
export type LocalText = Readonly<Record<Locale, string>>
