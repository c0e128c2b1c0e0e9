import { computed } from 'vue'
import { caseStates, type CaseState } from '@kangbao/shared/cases/case-acts.ts'
import { given } from '../api/api.ts'
import { useUrlQuery } from '../kit/use-url-query.ts'

export const shownStates = [...caseStates, 'all'] as const
export type ShownState = (typeof shownStates)[number]

/** Which cases the list shows; lives in the URL and holds nothing personal. */
export function useCaseFilter() {
  const query = useUrlQuery()
  const state = query.choice<ShownState>('state', shownStates, 'open')
  const departmentId = query.integer('department')
  const from = query.text('from')
  const until = query.text('until')
  /** The picker's pair of days; null while there is none. */
  const days = computed<string[] | null>({
    get: () => (from.value && until.value ? [from.value, until.value] : null),
    set: (pair) => query.write({ from: pair?.[0], until: pair?.[1] }),
  })
  const isNarrowed = computed(() => departmentId.value !== undefined || days.value !== null)
  function clear(): void {
    query.write({ department: undefined, from: undefined, until: undefined })
  }
  const asked = computed(() => ({
    ...given({ departmentId: departmentId.value, from: days.value?.[0], to: days.value?.[1] }),
    ...(state.value === 'all' ? {} : { state: state.value satisfies CaseState }),
  }))
  return { state, departmentId, days, isNarrowed, clear, asked }
}
