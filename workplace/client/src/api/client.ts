import {
  clientApiPrefix,
  type Contract,
  type BodyOf,
  type ParamsOf,
  type Permission,
  type QueryOf,
  type ResponseOf,
} from '@kangbao/workplace/contracts/contract.ts'
import { ApiProblem, isProblem, problemFrom } from './problem.ts'

type Part<Key extends string, Value> = [Value] extends [undefined]
  ? object
  : object extends Value
    ? { readonly [K in Key]?: Value }
    : { readonly [K in Key]: Value }

/** What a contract wants from its caller: only the parts it declares. */
export type CallInput<C> = Part<'params', ParamsOf<C>> &
  Part<'query', QueryOf<C>> &
  Part<'body', BodyOf<C>> &
  RawInput

interface RawInput {
  params?: Record<string, string | number>
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
}

interface Hooks {
  /** Of the session a call of this kind goes by: the operator's is apart from a person's. */
  token(permission: Permission): string | undefined
  /** The session is no longer valid. */
  onSignedOut(permission: Permission): void
  /** An org in use does not know the person any more: he is out of it, or it was dissolved. */
  onOrgMissing(orgId: string, isDissolved: boolean): void
  /** An admin act needs the admin password (Z-03): true when it was given and the call may be repeated. */
  onPasswordRequired(): Promise<boolean>
}

let hooks: Hooks = {
  token: () => undefined,
  onSignedOut: () => undefined,
  onOrgMissing: () => undefined,
  onPasswordRequired: async () => false,
}

/** Connects the client with session and screens; called once at start. */
export function connectApi(next: Hooks) {
  hooks = next
}

export const authorisation = (permission: Permission = 'session'): Record<string, string> => {
  const token = hooks.token(permission)
  return token ? { authorization: `Bearer ${token}` } : {}
}

function urlOf(path: string, { params = {}, query = {} }: RawInput): string {
  const filled = path.replaceAll(/:(\w+)/g, (_whole, key: string) =>
    encodeURIComponent(String(params[key] ?? '')),
  )
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value))
  const suffix = search.size > 0 ? `?${search.toString()}` : ''
  return `${clientApiPrefix}${filled}${suffix}`
}

async function send(
  contract: Contract,
  input: RawInput,
  body: BodyInit | undefined,
  isJson: boolean,
): Promise<Response> {
  const request: RequestInit = {
    method: contract.method,
    headers: { ...authorisation(contract.permission), ...(isJson && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body }),
  }
  const response = await fetch(urlOf(contract.path, input), request).catch((): never => {
    throw new ApiProblem({ code: 'network.unreachable', status: 0 })
  })
  if (response.ok) return response
  const problem = problemFrom(response.status, await response.json().catch(() => undefined))
  if (response.status === 401 && contract.permission !== 'public') hooks.onSignedOut(contract.permission)
  const orgId = input.params?.['orgId']
  const isDissolved = problem.code === 'org.dissolved'
  if ((isDissolved || problem.code === 'resource.missing') && typeof orgId === 'string')
    hooks.onOrgMissing(orgId, isDissolved)
  throw problem
}

const asksPassword: ReadonlySet<string> = new Set(['elevated', 'main-elevated'])

/** Sends, and once more after the admin password when the API asks for it. */
async function sendElevated(
  contract: Contract,
  input: RawInput,
  body: BodyInit | undefined,
  isJson: boolean,
) {
  try {
    return await send(contract, input, body, isJson)
  } catch (error) {
    const asks = isProblem(error, 'admin.password-required') || isProblem(error, 'admin.password-unset')
    if (!asks || !asksPassword.has(contract.permission) || !(await hooks.onPasswordRequired())) throw error
    return send(contract, input, body, isJson)
  }
}

/** Calls a route of the workplace; rejects with an {@link ApiProblem}. */
export async function call<C extends Contract>(contract: C, input: CallInput<C>): Promise<ResponseOf<C>> {
  const raw: RawInput = input
  const json = raw.body === undefined ? undefined : JSON.stringify(raw.body)
  const response = await sendElevated(contract, raw, json, json !== undefined)
  // The server drops every field its contract does not declare, so the contract's type is the body's type.
  return (await response.json()) as ResponseOf<C>
}

/** Sends one file as the part `file`. */
export async function upload<C extends Contract>(
  contract: C,
  input: CallInput<C>,
  file: File,
): Promise<ResponseOf<C>> {
  const form = new FormData()
  form.set('file', file)
  const response = await sendElevated(contract, input, form, false)
  return (await response.json()) as ResponseOf<C>
}

/** Sends one file, telling how far it is (0 to 1): only the older request object knows. Ends early by its signal. */
export async function uploadTold<C extends Contract>(
  contract: C,
  input: CallInput<C>,
  file: File,
  told: { onProgress: (part: number) => void; signal: AbortSignal },
): Promise<ResponseOf<C>> {
  const form = new FormData()
  form.set('file', file)
  const request = new XMLHttpRequest()
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const lost = () => reject(new ApiProblem({ code: 'network.unreachable', status: 0 }))
    request.open(contract.method, urlOf(contract.path, input))
    for (const [name, value] of Object.entries(authorisation(contract.permission)))
      request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded, total }) => told.onProgress(loaded / total))
    request.addEventListener('load', () => resolve({ status: request.status, text: request.responseText }))
    for (const event of ['error', 'timeout', 'abort']) request.addEventListener(event, lost)
    told.signal.addEventListener('abort', () => request.abort())
    request.send(form)
  })
  const body: unknown = readJson(text)
  if (status === 401) hooks.onSignedOut(contract.permission)
  if (status >= 300) throw problemFrom(status, body)
  return body as ResponseOf<C> // as in `call`
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Fetches a binary reply (workbook, picture). */
export async function fetchBlob<C extends Contract>(contract: C, input: CallInput<C>): Promise<Blob> {
  return (await sendElevated(contract, input, undefined, false)).blob()
}
