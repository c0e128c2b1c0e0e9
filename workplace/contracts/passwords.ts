/**
 * What an admin password must be (S-20). `standard`: at least 8 characters, any kind, none that is common. `manual`: the
 * rule of DingTalk's manual (Z-03), for whoever must keep to it: at least 6 with a digit, a lower-case and an upper-case
 * letter; none that is common either.
 */
export type PasswordRule = 'standard' | 'manual'

export type PasswordProblem = 'short' | 'long' | 'classes'

export const longestPassword = 128
/** UTF-16 units of a request's field: a password of the longest length may be of any script. */
export const longestPasswordField = 4 * longestPassword

const shortest: Readonly<Record<PasswordRule, number>> = { standard: 8, manual: 6 }

const kindsAsked = [/[0-9]/, /[a-z]/, /[A-Z]/]

/** The same password however a keyboard writes it: full-width letters, composed or decomposed accents. */
export const plainPassword = (typed: string): string => typed.normalize('NFKC')

/** Counts what people count: characters, not units of an encoding. Whether it is common, the server says. */
export function passwordProblem(typed: string, rule: PasswordRule): PasswordProblem | null {
  const password = plainPassword(typed)
  const { length } = Array.from(password)
  if (rule === 'manual' && !kindsAsked.every((kind) => kind.test(password))) return 'classes'
  if (length < shortest[rule]) return 'short'
  return length > longestPassword ? 'long' : null
}
