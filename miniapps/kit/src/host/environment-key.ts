import { inject, type InjectionKey } from 'vue'
import type { Environment } from './environment.ts'

export const environmentKey: InjectionKey<Environment> = Symbol('environment')

export function useEnvironment(): Environment {
  const environment = inject(environmentKey)
  if (!environment) throw new Error('no environment was provided')
  return environment
}
