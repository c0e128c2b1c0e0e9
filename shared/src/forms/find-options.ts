import type { LocalText } from '../locale.ts'

/** The first character of each letter in the order of pinyin: what stands between two begins with the letter of the first. */
const firsts = '阿八嚓哒妸发旮哈讥咔垃妈拿噢妑七呥扨它穵夕丫帀'
const letters = 'abcdefghjklmnopqrstwxyz'
const byPinyin = new Intl.Collator('zh-Hans-CN-u-co-pinyin')
const known = new Map<string, string>()

/**
 * What a text is typed as in a hurry: 三年级2班 as `snj2b`. It needs no dictionary, since every browser sorts by pinyin;
 * of characters with several readings it takes the one they are sorted by.
 */
export function initialsOf(text: string): string {
  return [...text.toLowerCase()].map(initialOf).join('')
}

function initialOf(character: string): string {
  if (!/\p{Script=Han}/u.test(character)) return /[\s\p{P}]/u.test(character) ? '' : character
  const before = known.get(character)
  if (before !== undefined) return before
  const at = [...firsts].findLastIndex((first) => byPinyin.compare(first, character) <= 0)
  const initial = letters[at] ?? ''
  known.set(character, initial)
  return initial
}

/** Those of a long list that somebody means: by what stands in their label in either language, or by its initials. */
export function findOptions<Item extends { readonly label: LocalText }>(
  options: readonly Item[],
  search: string,
): readonly Item[] {
  const wanted = search.trim().toLowerCase()
  if (wanted === '') return options
  const isTyped = /^[a-z0-9]+$/.test(wanted)
  return options.filter(
    ({ label }) =>
      label['zh-CN'].toLowerCase().includes(wanted) ||
      label.en.toLowerCase().includes(wanted) ||
      (isTyped && initialsOf(label['zh-CN']).includes(wanted)),
  )
}
