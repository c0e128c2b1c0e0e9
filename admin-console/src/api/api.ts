import { inject, type InjectionKey } from 'vue'
import type { Client } from '@kangbao/shared/contracts/client.ts'

export const apiKey: InjectionKey<Client> = Symbol('api')

/** Everything the server offers lies below this path of the console's own origin. */
export const apiBase = '/api'

/** The typed caller of the server's contracts. */
export function useApi(): Client {
  const api = inject(apiKey)
  if (!api) throw new Error('no API client was provided')
  return api
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Leaves out what is undefined or empty, as a query string does. */
export function given<T extends Readonly<Record<string, unknown>>>(values: T): Given<T> {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(kept) as Given<T> // a subset of the keys, none of them undefined
}
