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
  members_pkey: 'member.userid-taken',
  installed_apps__once: 'app.already-installed',
}

/** The database has the last word on what is unique; this gives its refusal a name. */
export function fromConstraint(error: unknown): AppError | null {
  if (!(error instanceof Error) || !('constraint' in error) || typeof error.constraint !== 'string')
    return null
  const code = constraintCodes[error.constraint]
  return code ? new AppError(code, {}, { cause: error }) : null
}
