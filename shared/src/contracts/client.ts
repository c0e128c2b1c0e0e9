import { actKeys, leavesOpen, nameOfAct } from './act-keys.ts'
import { idempotencyHeader, type Contract, type InputOf, type ResponseOf } from './contract.ts'
import type { Problem } from '../errors/problem.ts'
import { fileNameHeader } from './files.ts'

const fileTimeoutMs = 120_000

/** The server said no, in a way the caller can branch on by `problem.code`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  constructor(readonly problem: Problem) {
    super(problem.title)
  }
}

/** The server could not be reached at all: no network, or no answer in time. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

export interface ClientOptions {
  /** Absolute or root-relative address the contract's path is appended to, without a slash at the end. */
  readonly baseUrl: string
  readonly fetch: typeof fetch
  /** Reads the bearer token at each call; undefined while signed out. */
  readonly token: () => string | undefined
  /** Milliseconds until a call is given up. */
  readonly timeoutMs?: number
  /** Called when the session is no longer good; when it resolves to true the call is made once more. */
  readonly renew?: () => Promise<boolean>
  /** Called when the act wants a second proof (`step-up.needed`); true when it was given: the call is made once more. */
  readonly prove?: () => Promise<boolean>
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Of the caller's own choosing; acts that must not be done twice have one anyway. */
  readonly idempotencyKey?: string
  /** The bytes of a contract that takes bytes, and the name they go by. */
  readonly file?: { readonly bytes: Blob; readonly name: string }
  /** What a contract wants to be told in headers of its own. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The address of a contract's route with its parameters filled in and its query appended. */
export function urlOf(
  baseUrl: string,
  path: string,
  params: Readonly<Record<string, unknown>> | undefined,
  query: Readonly<Record<string, unknown>> | undefined,
): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(String(params?.[name])),
  )
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (Array.isArray(value)) for (const item of value) search.append(name, String(item))
    else if (value !== undefined) search.set(name, String(value))
  }
  const text = search.toString()
  return `${baseUrl}${filled}${text ? `?${text}` : ''}`
}

/**
 * A typed caller of contracts.
 * @throws ProblemError when the server refuses, UnreachableError when no answer came.
 */
export function createClient(options: ClientOptions) {
  const helps: readonly (readonly [number, readonly string[], (() => Promise<boolean>) | undefined])[] = [
    [401, ['session.missing', 'session.expired'], options.renew],
    [403, ['step-up.needed'], options.prove],
  ]

  const acts = actKeys()

  async function send(contract: Contract, input: Input, call: CallOptions): Promise<Response> {
    const token = options.token()
    const headers: Record<string, string> = { ...call.headers, accept: 'application/json' }
    if (token) headers['authorization'] = `Bearer ${token}`
    if (input.body !== undefined) headers['content-type'] = 'application/json'
    if (call.file) {
      headers['content-type'] = 'application/octet-stream'
      headers[fileNameHeader] = encodeURIComponent(call.file.name)
    }
    if (call.idempotencyKey) headers[idempotencyHeader] = call.idempotencyKey
    // Bytes take the time the line needs; who sends them may give up by his own signal.
    const timeout = AbortSignal.timeout(
      call.file || isFile(contract) ? fileTimeoutMs : (options.timeoutMs ?? 15_000),
    )
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout
    try {
      return await options.fetch(urlOf(options.baseUrl, contract.path, input.params, input.query), {
        method: contract.method,
        headers,
        signal,
        ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
        ...(call.file ? { body: call.file.bytes } : {}),
      })
    } catch (cause) {
      if (call.signal?.aborted) throw cause
      throw new UnreachableError('no answer', { cause })
    }
  }

  /** Names the act, and forgets the name when it is known what became of it (R-07). */
  async function asOneAct<T>(
    contract: Contract,
    input: Input,
    options: CallOptions,
    work: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    if (!contract.repeatable || options.idempotencyKey) return work(options)
    const name = nameOfAct(contract, urlOf('', contract.path, input.params, input.query), input.body)
    const idempotencyKey = acts.keyOf(name)
    try {
      const answer = await work({ ...options, idempotencyKey })
      acts.done(name, idempotencyKey)
      return answer
    } catch (error) {
      if (error instanceof ProblemError && !leavesOpen(error.problem.status, error.problem.code))
        acts.done(name, idempotencyKey)
      throw error
    }
  }

  async function call<C extends Contract>(
    contract: C,
    ...[input, callOptions]: object extends InputOf<C>
      ? [input?: InputOf<C>, callOptions?: CallOptions]
      : [input: InputOf<C>, callOptions?: CallOptions]
  ): Promise<ResponseOf<C>> {
    const plain: Input = input ?? {}
    return asOneAct(contract, plain, callOptions ?? {}, (named) => answerTo(contract, plain, named))
  }

  async function answerTo<C extends Contract>(
    contract: C,
    plain: Input,
    callOptions: CallOptions,
  ): Promise<ResponseOf<C>> {
    let response = await send(contract, plain, callOptions)
    // Each help is sought once, in this order: a proof belongs to a session that is still good.
    for (const [status, codes, help] of helps) {
      if (response.status !== status || !help) continue
      const problem = await problemOf(response)
      if (!codes.includes(problem.code) || !(await help())) throw new ProblemError(problem)
      response = await send(contract, plain, callOptions)
    }
    if (!response.ok) throw new ProblemError(await problemOf(response))
    if (response.status === 204) return undefined as ResponseOf<C>
    if (isFile(contract)) return (await response.blob()) as ResponseOf<C> // bytes of no schema
    return (await response.json()) as ResponseOf<C> // the server serialises by the same schema
  }

  return { call }
}

function isFile({ produces = 'application/json' }: Contract): boolean {
  return produces !== 'application/json'
}

export type Client = ReturnType<typeof createClient>

interface Input {
  readonly params?: Readonly<Record<string, unknown>> | undefined
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
}

async function problemOf(response: Response): Promise<Problem> {
  const isProblem = response.headers.get('content-type')?.includes('json') ?? false
  if (isProblem) return (await response.json()) as Problem // RFC 9457, made by the problem handler
  return {
    title: response.statusText,
    status: response.status,
    code: 'server.failed',
    details: {},
    requestId: '',
  }
}
