import { request, type Dispatcher } from 'undici'

/** An answer never came: whether the platform acted on the call is not known unless `isUnsent`. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  constructor(
    readonly isUnsent: boolean,
    options?: ErrorOptions,
  ) {
    super(isUnsent ? 'the platform cannot be reached' : 'the platform did not answer in time', options)
  }
}

export interface HttpCall {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly timeoutMs: number
  /** The way out to the platform's addresses. */
  readonly dispatcher: Dispatcher
}

/** One exchange, no judgement. @throws NoAnswer */
export async function exchange(call: HttpCall): Promise<{ status: number; text: string }> {
  const search = new URLSearchParams(call.query).toString()
  try {
    const { statusCode, body } = await request(search ? `${call.url}?${search}` : call.url, {
      method: call.method,
      dispatcher: call.dispatcher,
      signal: AbortSignal.timeout(call.timeoutMs),
      headers: {
        ...call.headers,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    })
    return { status: statusCode, text: await body.text() }
  } catch (cause) {
    throw new NoAnswer(isUnsent(cause), { cause })
  }
}

/** No connection was made, so nothing can have happened at the other end. */
function isUnsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'ERR_FORBIDDEN_DESTINATION',
  ].includes(code)
}
