import { computed } from 'vue'
import { auditActionNames, auditActions } from '@kangbao/shared/audit/actions.ts'
import { given } from '../api/api.ts'
import { useUrlQuery } from '../kit/use-url-query.ts'

export const entryKinds = ['all', 'read', 'change'] as const
export type EntryKind = (typeof entryKinds)[number]

/** What the list shows; lives in the URL, so a view can be shared and gone back to. */
export function useLogFilter() {
  const query = useUrlQuery()
  const kind = query.choice<EntryKind>('kind', entryKinds, 'all')
  const from = query.text('from')
  const until = query.text('until')
  const action = query.text('action')
  const actor = query.text('actor')
  const person = query.text('person')

  /** The picker's pair of days; null while there is none. */
  const days = computed<string[] | null>({
    get: () => (from.value && until.value ? [from.value, until.value] : null),
    set: (pair) => query.write({ from: pair?.[0], until: pair?.[1] }),
  })
  /** Actions to choose from: those of the kind. */
  const actions = computed(() =>
    auditActionNames.filter((name) => kind.value === 'all' || auditActions[name].kind === kind.value),
  )
  function choose(next: EntryKind): void {
    const chosen = auditActionNames.find((name) => name === action.value)
    const stays = next === 'all' || (chosen !== undefined && auditActions[chosen].kind === next)
    query.write({ kind: next === 'all' ? undefined : next, ...(stays ? {} : { action: undefined }) })
  }
  const isNarrowed = computed(() =>
    [from.value, until.value, action.value, actor.value, person.value].some((text) => text !== ''),
  )
  function clear(): void {
    query.write({ from: undefined, until: undefined, action: undefined, actor: undefined, person: undefined })
  }
  const asked = computed(() =>
    given({
      kind: kind.value === 'all' ? undefined : kind.value,
      from: from.value,
      until: until.value,
      action: action.value,
      actor: actor.value,
      person: person.value,
    }),
  )
  return { kind, choose, days, action, actions, actor, person, isNarrowed, clear, asked }
}
export type LogFilter = ReturnType<typeof useLogFilter>
