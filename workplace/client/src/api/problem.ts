import { workplaceErrors, type WorkplaceErrorCode } from '@kangbao/workplace/contracts/errors.ts'

/** A refused or failed request. `code` is one of the catalogue, or one of the two the client adds. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly code: WorkplaceErrorCode | 'network.unreachable' | 'unknown'
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>
  readonly titles: { readonly zh: string; readonly en: string } | undefined
  readonly requestId: string

  constructor(init: {
    code: ApiProblem['code']
    status: number
    details?: Readonly<Record<string, unknown>>
    titles?: ApiProblem['titles']
    requestId?: string
  }) {
    super(init.code)
    this.code = init.code
    this.status = init.status
    this.details = init.details ?? {}
    this.titles = init.titles
    this.requestId = init.requestId ?? ''
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const isKnownCode = (code: unknown): code is WorkplaceErrorCode =>
  typeof code === 'string' && Object.hasOwn(workplaceErrors, code)

/** Reads a problem+json body; whatever else came (a proxy's page, nothing) still becomes a problem. */
export function problemFrom(status: number, body: unknown): ApiProblem {
  if (!isRecord(body)) return new ApiProblem({ code: 'unknown', status })
  const titles = isRecord(body.titles) ? body.titles : {}
  return new ApiProblem({
    code: isKnownCode(body.code) ? body.code : 'unknown',
    status,
    details: isRecord(body.details) ? body.details : {},
    titles:
      typeof titles.zh === 'string' && typeof titles.en === 'string'
        ? { zh: titles.zh, en: titles.en }
        : undefined,
    requestId: typeof body.requestId === 'string' ? body.requestId : '',
  })
}

export const isProblem = (error: unknown, code: ApiProblem['code']): error is ApiProblem =>
  error instanceof ApiProblem && error.code === code
