import { pinyin } from 'pinyin-pro'

/**
 * What a name is found by: full spelling and initials, each without blanks: `zhangsan zs`. A surname that is read
 * otherwise than the same character elsewhere is found by both: `zenglan zl cenglan cl`.
 */
export function searchSpelling(name: string): string {
  const asSurname = spelled(name, 'surname')
  const asWord = spelled(name, 'normal')
  return asSurname === asWord ? asSurname : `${asSurname} ${asWord}`
}

function spelled(name: string, mode: 'surname' | 'normal'): string {
  const syllables = pinyin(name, {
    toneType: 'none',
    type: 'array',
    nonZh: 'consecutive',
    v: true,
    mode,
  }).map((s) => s.toLowerCase().replace(/\s/g, ''))
  // By code points: half of an emoji is no letter.
  const initials = syllables.map((syllable) => [...syllable][0] ?? '').join('')
  return `${syllables.join('')} ${initials}`
}

/** For `like`: what was typed, wherever it stands, with its own wildcards taken literally. */
export const literal = (search: string): string => search.replace(/[\\%_]/g, '\\$&')
