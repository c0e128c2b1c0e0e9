import { computed, ref } from 'vue'
import type { PersonState } from '@kangbao/shared/contracts/completeness.ts'
import { useUrlQuery } from '../kit/use-url-query.ts'

export const personStates = [
  'missing',
  'collected',
  'abnormal',
  'late',
  'excused',
  'expected',
] as const satisfies readonly PersonState[]

/**
 * Whom the table lists; lives in the URL, so a view can be shared and gone back to. Only what was typed does not: a name
 * is nothing for an address (S-48).
 */
export function usePersonFilter() {
  const query = useUrlQuery()
  const state = query.choice<PersonState>('state', personStates, 'missing')
  const departmentId = query.integer('department')
  const facet = query.integer('facet')
  const search = ref('')
  const isNarrowed = computed(
    () => departmentId.value !== undefined || facet.value !== undefined || search.value !== '',
  )
  function clear(): void {
    search.value = ''
    query.write({ department: undefined, facet: undefined })
  }
  return { state, departmentId, facet, search, isNarrowed, clear }
}
export type PersonFilter = ReturnType<typeof usePersonFilter>
