import { computed } from 'vue'
import type { Form } from '@kangbao/shared/contracts/forms.ts'
import type { Facet } from '@kangbao/shared/forms/facets.ts'
import { given } from '../api/api.ts'
import { useUrlQuery } from '../kit/use-url-query.ts'
import { daysOfPeriod } from './period-days.ts'

/** As many can be asked for at once. */
export const mostFacets = 6

/**
 * What the charts show: some days, a department, answers chosen by their bars. Lives in the URL and holds nothing
 * personal, so that a view can be shared, reloaded and gone back to.
 */
export function useStatisticsFilter(about: () => { form: Form; period: string }) {
  const query = useUrlQuery()
  const departmentId = query.integer('department')
  const from = query.text('from')
  const until = query.text('until')
  const facetsText = query.text('facets')
  const hidden = query.choice<'yes' | 'no'>('hidden', ['yes', 'no'], 'no')

  const isDaily = computed(() => about().form.period === 'day')
  /** The picker's pair of days; null while the page's own period is shown. */
  const days = computed<string[] | null>({
    get: () => (isDaily.value && from.value && until.value ? [from.value, until.value] : null),
    set: (pair) => query.write({ from: pair?.[0], until: pair?.[1] }),
  })
  const range = computed(() => {
    const [first, last] = days.value ?? []
    return first !== undefined && last !== undefined
      ? { from: first, to: last }
      : daysOfPeriod(about().period)
  })
  const facets = computed<readonly Facet[]>({
    get: () =>
      facetsText.value
        .split(',')
        .map(Number)
        .filter((facet) => Number.isSafeInteger(facet) && facet > 0)
        .slice(0, mostFacets),
    set: (next) => query.write({ facets: next.join(',') || undefined }),
  })
  const isHiding = computed({
    get: () => hidden.value === 'yes',
    set: (next) => (hidden.value = next ? 'yes' : 'no'),
  })
  /**
   * Chooses a bar, or takes the choice back; of one question one at a time.
   * @param question Facets of the bar's question.
   */
  function toggle(facet: Facet, question: readonly Facet[]): void {
    const others = facets.value.filter((each) => !question.includes(each))
    facets.value = facets.value.includes(facet) ? others : [...others, facet].slice(-mostFacets)
  }
  const isNarrowed = computed(
    () => facets.value.length > 0 || departmentId.value !== undefined || days.value !== null,
  )
  function clear(): void {
    query.write({ department: undefined, from: undefined, until: undefined, facets: undefined })
  }
  const asked = computed(() =>
    given({
      from: range.value?.from,
      to: range.value?.to,
      departmentId: departmentId.value,
      facets: facets.value.join(',') || undefined,
    }),
  )
  return { departmentId, days, range, facets, isHiding, toggle, isNarrowed, clear, asked }
}
export type StatisticsFilter = ReturnType<typeof useStatisticsFilter>
