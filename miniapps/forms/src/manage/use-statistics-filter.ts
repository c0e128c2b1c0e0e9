import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { civilDayOf, parseCivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { isPeriodOf, periodStart, type PeriodKind } from '@kangbao/shared/calendar/period.ts'
import type { Facet } from '@kangbao/shared/forms/facets.ts'
import { useSession } from '@kangbao/kit/session/session-store.ts'

/** As many can be asked for at once. */
const mostFacets = 6

/** What the charts show: days, a department, bars that are chosen. In the address, and nothing personal. */
export function useStatisticsFilter(
  about: () => { readonly period: string; readonly kind: PeriodKind | undefined },
) {
  const route = useRoute()
  const router = useRouter()
  const session = useSession()
  const asked = (name: string) => (typeof route.query[name] === 'string' ? route.query[name] : '')
  const ask = (change: Readonly<Record<string, string | undefined>>) =>
    void router.replace({ query: { ...route.query, ...change } })

  const today = computed(() => civilDayOf(Date.now(), session.zone))
  const isDaily = computed(() => about().kind === 'day')
  /** The page's own period, unless days were chosen. */
  const own = computed(() => {
    const { period, kind } = about()
    return kind === undefined || kind === 'once' || !isPeriodOf(kind, period) ? null : periodStart(period)
  })
  const from = computed({
    get: () => parseCivilDate(asked('from')) ?? own.value ?? '',
    set: (day) => ask({ from: day || undefined }),
  })
  const until = computed({
    get: () => parseCivilDate(asked('until')) ?? own.value ?? '',
    set: (day) => ask({ until: day || undefined }),
  })
  const departmentId = computed({
    get: () => (/^\d{1,15}$/.test(asked('department')) ? Number(asked('department')) : 0),
    set: (id: number) => ask({ department: id === 0 ? undefined : String(id) }),
  })
  const facets = computed<readonly Facet[]>(() =>
    asked('facets')
      .split(',')
      .map(Number)
      .filter((facet) => Number.isSafeInteger(facet) && facet > 0)
      .slice(0, mostFacets),
  )
  const setFacets = (next: readonly Facet[]) => ask({ facets: next.join(',') || undefined })
  /** Chooses a bar, or takes the choice back; of one question one at a time. */
  function toggle(facet: Facet, question: readonly Facet[]): void {
    const others = facets.value.filter((each) => !question.includes(each))
    setFacets(facets.value.includes(facet) ? others : [...others, facet].slice(-mostFacets))
  }
  const query = computed(() => ({
    ...(own.value === null ? {} : { from: from.value, to: until.value }),
    ...(departmentId.value === 0 ? {} : { departmentId: departmentId.value }),
    ...(facets.value.length === 0 ? {} : { facets: facets.value.join(',') }),
  }))
  const isNarrowed = computed(() => facets.value.length > 0 || departmentId.value !== 0)
  const isOnePeriod = computed(() => from.value === own.value && until.value === own.value)
  return { today, isDaily, from, until, departmentId, facets, toggle, query, isNarrowed, isOnePeriod }
}
