/** Read as code points, so that whole pairs do not count. */
const loneSurrogate = /\p{Surrogate}/u

/**
 * Whether every text in a checked request can be stored and sent on as it is: PostgreSQL takes no NUL, and half a
 * surrogate pair is no character. Reads members' names as well.
 */
export function isPlainText(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && !loneSurrogate.test(value)
  if (typeof value !== 'object' || value === null) return true
  return Array.isArray(value)
    ? value.every(isPlainText)
    : Object.entries(value).every(([name, each]) => isPlainText(name) && isPlainText(each))
}
