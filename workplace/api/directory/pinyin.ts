import { pinyin } from 'pinyin-pro'

/** What a name is found by: full spelling and initials, both without blanks: `zhangsan zs`. */
export function searchSpelling(name: string): string {
  const syllables = pinyin(name, { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true }).map(
    (s) => s.toLowerCase().replace(/\s/g, ''),
  )
  const initials = syllables.map((syllable) => syllable.slice(0, 1)).join('')
  return `${syllables.join('')} ${initials}`
}
