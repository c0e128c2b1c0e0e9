import { workplaceErrors, type Problem, type WorkplaceErrorCode } from '../contracts/errors.ts'

/** An expected failure: shown to the caller with its code. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly status: number
  constructor(
    readonly code: WorkplaceErrorCode,
    readonly details: Record<string, unknown> = {},
    options?: ErrorOptions,
  ) {
    super(workplaceErrors[code].en, options)
    this.status = workplaceErrors[code].status
  }
}

/** Narrows away null: `const org = found(await byId(id))`. */
export function found<T>(row: T | null | undefined): T {
  if (row == null) throw new AppError('resource.missing')
  return row
}

export function problemOf(error: AppError, requestId: string): Problem {
  const { zh, en } = workplaceErrors[error.code]
  return {
    type: 'about:blank',
    title: zh,
    titles: { zh, en },
    status: error.status,
    code: error.code,
    details: error.details,
    requestId,
  }
}

const constraintCodes: Readonly<Record<string, WorkplaceErrorCode>> = {
  departments__name_per_parent: 'department.name-taken',
  departments__parent: 'department.not-empty',
  member_departments__department: 'department.not-empty',
  members__phone: 'member.phone-taken',
  members__person: 'member.phone-taken',
  persons__phone: 'account.phone-taken',
  members_pkey: 'member.userid-taken',
  certifications__one_submitted: 'certification.pending',
  installed_apps__once: 'app.already-installed',
}

/**
 * Text the database cannot hold: a NUL character, plain or inside JSON. And text that is not the id, date or flag it
 * stands for, as in a cursor nobody gave out.
 */
const unfitText: ReadonlySet<unknown> = new Set(['22021', '22P05', '22P02', '22007', '22008'])

/** The database has the last word on what is unique and on what is text; this gives its refusal a name. */
export function fromConstraint(error: unknown): AppError | null {
  if (error instanceof Error && 'code' in error && unfitText.has(error.code))
    return new AppError('request.invalid', { reason: 'text' }, { cause: error })
  if (!(error instanceof Error) || !('constraint' in error) || typeof error.constraint !== 'string')
    return null
  const code = constraintCodes[error.constraint]
  return code ? new AppError(code, {}, { cause: error }) : null
}
