import type { WorkplaceErrorCode } from '../../contracts/errors.ts'
import { passwordProblem, type PasswordProblem, type PasswordRule } from '../../contracts/passwords.ts'
import { AppError } from '../errors.ts'
import { isCommonPassword } from './common-passwords.ts'

const codeOf: Readonly<Record<PasswordProblem, WorkplaceErrorCode>> = {
  short: 'admin.password-short',
  long: 'admin.password-long',
  classes: 'admin.password-weak',
}

/**
 * Refuses a new password that the rule does not take, or that is guessed early (S-20).
 * @param known what everybody knows of the person: phone, name, org.
 * @throws AppError `admin.password-short`, `-long`, `-weak`, `-common`.
 */
export async function requireGoodPassword(
  password: string,
  rule: PasswordRule,
  known: readonly string[],
): Promise<void> {
  const problem = passwordProblem(password, rule)
  if (problem) throw new AppError(codeOf[problem])
  if (await isCommonPassword(password, known)) throw new AppError('admin.password-common')
}
