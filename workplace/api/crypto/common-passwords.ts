import { plainPassword } from '../../contracts/passwords.ts'

/**
 * Passwords tried first: the list of `@zxcvbn-ts/language-common`, and what the lists of other countries miss. Loaded
 * with the first password that is set, since nothing else needs it.
 */
const tried = [
  ...['woaini', 'woaini1314', 'woaini520', 'woaiwojia', 'woaiwo', 'wojiushiwo', 'tiankong', 'nihao'],
  ...['admin888', 'administrator', 'guanliyuan', 'mima', 'dingding', 'dingtalk', 'kangbao', 'jiankang'],
  ...['zhengzhou', 'henan', 'zhongguo', 'beijing', 'gongsi', 'wozhidao', 'meiyoumima'],
]
/** Of this many the common ones stay common with a year or an exclamation mark beside them. */
const topCount = 3_000
const fewestLetters = 4
const mostAround = 6

interface Lists {
  readonly all: ReadonlySet<string>
  readonly top: ReadonlySet<string>
}
let loaded: Promise<Lists> | undefined

async function load(): Promise<Lists> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const words = [...tried, ...dictionary['passwords-common']]
  return { all: new Set(words), top: new Set(words.slice(0, topCount)) }
}

/**
 * Whether somebody who guesses would come by it early: a listed password, one with little around it (`Password2026!`),
 * a row of neighbours or repeats, or what everybody knows of the person (phone, name of the organisation).
 * @param known such words of the person.
 */
export async function isCommonPassword(typed: string, known: readonly string[]): Promise<boolean> {
  loaded ??= load()
  const { all, top } = await loaded
  const password = plainPassword(typed).toLowerCase()
  if (all.has(password) || isRow(password)) return true
  const core = password.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  const isThinlyWrapped = password.length - core.length <= mostAround
  if (core.length >= fewestLetters && isThinlyWrapped && top.has(core)) return true
  return known.some((word) => isAbout(password, plainPassword(word).toLowerCase()))
}

/** `aaaaaaaa`, `12341234`, `abcdefgh`, `87654321`. */
function isRow(password: string): boolean {
  const points = Array.from(password, (character) => character.codePointAt(0) ?? 0)
  const steps = new Set(points.slice(1).map((point, index) => point - (points[index] ?? 0)))
  return new Set(points).size <= 3 || (steps.size === 1 && [1, -1].some((step) => steps.has(step)))
}

const isAbout = (password: string, word: string): boolean =>
  word.length >= fewestLetters && password.includes(word) && password.length - word.length <= mostAround
