/** What an answer of the platform means for the caller (fact sheet, section 8.1). */
export type Verdict =
  | { readonly kind: 'ok'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'bad-token'; readonly code: string }
  /** Come back later. `isLimit`: we were too fast. */
  | { readonly kind: 'busy'; readonly code: string; readonly isLimit: boolean }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }

const badToken = new Set(['40014', '42001', '40001', 'InvalidAuthentication'])
const flowPrefix = /^Forbidden\.AccessDenied\.(Qps|Qpm)Limit/
const busyCodes = new Set([
  '-1',
  '90017',
  '90018',
  '90019',
  'ServiceUnavailable',
  'InternalError',
  'SystemError',
])

/** Reads an HTTP answer: either API puts failure in a different place, and a ban comes as HTML or `status 1111`. */
export function classify(status: number, text: string): Verdict {
  const body = parseObject(text)
  if (!body) return { kind: 'busy', code: status === 200 ? 'html' : `http-${status}`, isLimit: status < 500 }
  if (body['status'] === 1111) return { kind: 'busy', code: '1111', isLimit: true }
  const code = codeOf(body)
  if (code === '0' || (code === null && status >= 200 && status < 300)) return { kind: 'ok', body }
  if (code === null)
    return status >= 500 || status === 429 ? busy(`http-${status}`) : refused(`http-${status}`, body)
  if (badToken.has(code)) return { kind: 'bad-token', code }
  return isBusy(code, status) ? busy(code) : refused(code, body)
}

/** `errcode`, or what hides below it: 88 is only a wrapper. */
function codeOf(body: Readonly<Record<string, unknown>>): string | null {
  const errcode = body['errcode']
  if (errcode === undefined) return typeof body['code'] === 'string' ? body['code'] : null
  if (String(errcode) !== '88') return String(errcode)
  const sub = body['sub_code']
  if (typeof sub === 'string' || typeof sub === 'number') return String(sub)
  return /subcode=([\w.-]+)/.exec(String(body['errmsg']))?.[1] ?? '88'
}

function isBusy(code: string, status: number): boolean {
  if (busyCodes.has(code) || flowPrefix.test(code)) return true
  const number = Number(code)
  if (number >= 90_002 && number <= 90_014) return true
  return status >= 500 || status === 429
}

function busy(code: string): Verdict {
  return { kind: 'busy', code, isLimit: /^90|Limit|429/.test(code) }
}

function refused(code: string, body: Readonly<Record<string, unknown>>): Verdict {
  const message = body['sub_msg'] ?? body['errmsg'] ?? body['message'] ?? ''
  return { kind: 'refused', code, message: String(message).slice(0, 200) }
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}
