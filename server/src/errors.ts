import { errorCatalogue, type ErrorCode } from '@kangbao/shared/errors/catalogue.ts'

/** An expected failure: a code of the catalogue and the facts a client may show. Never personal data in `details`. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly status: number
  constructor(
    readonly code: ErrorCode,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(errorCatalogue[code].title, options)
    this.status = errorCatalogue[code].status
  }
}

/** Narrows away null: `const form = found(await forms.byId(scope, id))`. */
export function found<T>(row: T | null | undefined): T {
  if (row === null || row === undefined) throw new AppError('resource.missing')
  return row
}
