/** What a driver needs of a contract, the workplace's or the server's. */
interface AnyContract {
  readonly method: string
  readonly path: string
}

export interface CallInput {
  readonly params?: Readonly<Record<string, unknown>> | undefined
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
}

export interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}

/** One call of a contract over real HTTP; every status is an answer. */
export async function call(
  baseUrl: string,
  contract: AnyContract,
  input: CallInput,
  token: string | undefined,
): Promise<Reply> {
  const path = contract.path.replace(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(String(input.params?.[name])),
  )
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(input.query ?? {}))
    if (value !== undefined) search.set(name, String(value))
  const isForm = input.body instanceof FormData
  const payload = input.body instanceof FormData ? input.body : JSON.stringify(input.body)
  const response = await fetch(`${baseUrl}${path}${search.size > 0 ? `?${search}` : ''}`, {
    method: contract.method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(input.body !== undefined && !isForm ? { 'content-type': 'application/json' } : {}),
    },
    ...(input.body === undefined ? {} : { body: payload }),
    signal: AbortSignal.timeout(60_000),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers }
}

/** The body of a reply that must be a success. */
export function succeeded(what: string, { status, body }: Reply): unknown {
  if (status >= 300) throw new Error(`${what}: ${status} ${JSON.stringify(body).slice(0, 400)}`)
  return body
}

/** Asks until an answer satisfies, then returns it; conditions instead of sleeps. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const end = performance.now() + timeoutMs
  let answer = await ask()
  while (!satisfies(answer)) {
    if (performance.now() > end)
      throw new Error(`${what} did not come about; last seen ${JSON.stringify(answer).slice(0, 400)}`)
    await new Promise((done) => setTimeout(done, 100))
    answer = await ask()
  }
  return answer
}
