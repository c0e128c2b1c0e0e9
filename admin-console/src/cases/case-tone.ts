import type { CaseState } from '@kangbao/shared/cases/case-acts.ts'

/** How urgent a case looks: what nobody has touched yet stands out. */
export function caseTone(state: CaseState): 'danger' | 'warn' | 'ok' {
  return state === 'open' ? 'danger' : state === 'contacted' ? 'warn' : 'ok'
}
