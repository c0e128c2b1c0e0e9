import {
  clientApiPrefix,
  type Contract,
  type BodyOf,
  type ParamsOf,
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
  token(): string | undefined
  /** The session is no longer valid. */
  onSignedOut(): void
  /** An admin act needs the admin password (Z-03): true when it was given and the call may be repeated. */
  onPasswordRequired(): Promise<boolean>
}

let hooks: Hooks = {
  token: () => undefined,
  onSignedOut: () => undefined,
  onPasswordRequired: async () => false,
}

/** Connects the client with session and screens; called once at start. */
export function connectApi(next: Hooks) {
  hooks = next
}

export const authorisation = (): Record<string, string> => {
  const token = hooks.token()
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
    headers: { ...authorisation(), ...(isJson && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body }),
  }
  const response = await fetch(urlOf(contract.path, input), request).catch((): never => {
    throw new ApiProblem({ code: 'network.unreachable', status: 0 })
  })
  if (response.ok) return response
  const problem = problemFrom(response.status, await response.json().catch(() => undefined))
  if (response.status === 401 && contract.permission !== 'public') hooks.onSignedOut()
  throw problem
}

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
    if (!asks || contract.permission !== 'elevated' || !(await hooks.onPasswordRequired())) throw error
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

/** Fetches a binary reply (workbook, picture). */
export async function fetchBlob<C extends Contract>(contract: C, input: CallInput<C>): Promise<Blob> {
  return (await sendElevated(contract, input, undefined, false)).blob()
}
