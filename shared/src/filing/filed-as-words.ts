import type { Locale } from '../locale.ts'

/** How answers came in that the person did not file on a device of his own; see `FiledAs` of the contracts. */
interface FiledAsFacts {
  readonly way: 'head' | 'admin' | 'kiosk'
  readonly by: string
}

const sentences: Readonly<Record<Locale, Readonly<Record<FiledAsFacts['way'], (by: string) => string>>>> = {
  'zh-CN': {
    head: (by) => `部门主管 ${by} 代填`,
    admin: (by) => `管理员 ${by} 代填`,
    kiosk: () => '现场终端填写',
  },
  en: {
    head: (by) => `Filed by ${by}, department head`,
    admin: (by) => `Filed by ${by}, admin`,
    kiosk: () => 'Filed at a kiosk',
  },
}
const marks: Readonly<Record<Locale, Readonly<Record<FiledAsFacts['way'], string>>>> = {
  'zh-CN': { head: '代填', admin: '代填', kiosk: '现场' },
  en: { head: 'Filed for', admin: 'Filed for', kiosk: 'Kiosk' },
}

/** Who filed and how, in a sentence. */
export function filedAsInWords({ way, by }: FiledAsFacts, locale: Locale): string {
  return sentences[locale][way](by)
}

/** The same in a word, for a mark in a list. */
export function filedAsMark(way: FiledAsFacts['way'], locale: Locale): string {
  return marks[locale][way]
}
