import type { Client } from '@kangbao/shared/contracts/client.ts'
import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { useSealed } from '../storage/sealed-storage.ts'
import type { Draft } from './drafts.ts'

export interface KeptDraft extends Draft {
  readonly formId: string
  readonly period: string
}
const prefix = 'draft:'
const isDay = (period: string) => /^\d{4}-\d{2}-\d{2}$/.test(period)

/**
 * Answers typed and not filed, of every form; those for a day that is over can no longer be filed and are left out.
 * @throws UnreachableError or ProblemError when they cannot be opened now.
 */
export async function keptDrafts(api: Client, today: CivilDate): Promise<KeptDraft[]> {
  const sealed = useSealed()
  const names = sealed.names().filter((name) => name.startsWith(prefix))
  const texts = await Promise.all(names.map((name) => sealed.read(api, name)))
  return names.flatMap((name, i) => {
    const text = texts[i]
    if (!text) return []
    const draft = JSON.parse(text) as Draft & { period: string } // written by `useDrafts`, and whole: it was sealed
    return isDay(draft.period) && draft.period < today
      ? []
      : [{ ...draft, formId: name.slice(prefix.length) }]
  })
}
