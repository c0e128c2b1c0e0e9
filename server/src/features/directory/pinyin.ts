import { pinyin } from 'pinyin-pro'

/** What a name is found by besides itself: full pinyin and initials, lower case, letters and digits only. */
export function spellingOf(name: string): { pinyin: string; initials: string } {
  const syllables = pinyin(name, {
    toneType: 'none',
    type: 'array',
    surname: 'head',
    nonZh: 'consecutive',
    v: true,
  })
    .map((syllable) => syllable.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''))
    .filter((syllable) => syllable !== '')
  return {
    pinyin: syllables.join('').slice(0, 80),
    initials: syllables
      .map((syllable) => [...syllable][0] ?? '')
      .join('')
      .slice(0, 80),
  }
}
