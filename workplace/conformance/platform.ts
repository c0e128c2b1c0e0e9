/** An answer as it came: the cases judge it, nothing here does. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: Body
}

export type Body = Readonly<Record<string, unknown>>

export interface Bases {
  /** `https://oapi.dingtalk.com`, or the workplace's `…/oapi`. */
  readonly oapi: string
  /** `https://api.dingtalk.com`, or the workplace's `…/openapi`. */
  readonly api: string
}

interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** An object goes as JSON, a form as a form, text as it is. */
  readonly body?: object | string
}

export interface Platform {
  readonly bases: Bases
  /** The old side. The token, if any, stands in the query. */
  oapi(path: string, asked?: Asked & { readonly token?: string }): Promise<Answer>
  /** The new side. The token, if any, stands in its header. */
  api(path: string, asked?: Asked & { readonly token?: string }): Promise<Answer>
}

const timeoutMs = 20_000

export function openPlatform(bases: Bases): Platform {
  return {
    bases,
    oapi: (path, { token, query, ...asked } = {}) =>
      ask(bases.oapi, path, {
        ...asked,
        query: { ...query, ...(token === undefined ? {} : { access_token: token }) },
      }),
    api: (path, { token, headers, ...asked } = {}) =>
      ask(bases.api, path, {
        ...asked,
        headers: { ...headers, ...(token === undefined ? {} : { 'x-acs-dingtalk-access-token': token }) },
      }),
  }
}

async function ask(base: string, path: string, { method, query, headers, body }: Asked): Promise<Answer> {
  const search = new URLSearchParams(query).toString()
  const isRaw = typeof body === 'string' || body instanceof FormData || body instanceof URLSearchParams
  const isJson = body !== undefined && !isRaw
  const answer = await reach(base, `${base}/${path}${search ? `?${search}` : ''}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'manual',
  })
  const text = await answer.text()
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', body: parsed(text) }
}

/** `fetch` keeps the reason to itself. The address is left out: it may hold tokens. */
async function reach(base: string, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new Error(`${base} cannot be reached: ${cause instanceof Error ? cause.message : 'unknown'}`, {
      cause: error,
    })
  }
}

/** What is no JSON object is kept whole under `text`, so that a case can say what came instead. */
function parsed(text: string): Body {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return Object.fromEntries(Object.entries(value))
  } catch {
    // An HTML page, or nothing.
  }
  return { text }
}
