import { inject, type InjectionKey } from 'vue'
import type { Client } from '@kangbao/shared/contracts/client.ts'

export const apiKey: InjectionKey<Client> = Symbol('api')

/** The typed caller of the server's contracts. */
export function useApi(): Client {
  const api = inject(apiKey)
  if (!api) throw new Error('no API client was provided')
  return api
}

/** Everything the server offers lies below this path of the page's own origin. */
export const apiBase = '/api'
