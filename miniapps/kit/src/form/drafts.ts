import { defineStore } from 'pinia'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { useSession } from '../session/session-store.ts'
import { personalKey } from '../storage/personal-storage.ts'
import { deviceStorage, readJson } from '../storage/safe-storage.ts'

export interface Draft {
  readonly answers: Answers
  readonly carried: readonly string[]
}
type Drafts = Readonly<Record<string, Draft>>

const isDrafts = (value: unknown): value is Drafts => typeof value === 'object' && value !== null

/** Answers typed but not yet filed, kept per member so that a shared phone mixes nobody up. */
export const useDrafts = defineStore('drafts', () => {
  const session = useSession()
  const storageKey = () => personalKey(session.member?.id ?? 'nobody', 'drafts')
  const keyOf = (formId: string, period: string) => `${formId}/${period}`
  const all = (): Drafts => readJson(deviceStorage, storageKey(), isDrafts) ?? {}

  const read = (formId: string, period: string): Draft | null => all()[keyOf(formId, period)] ?? null
  function save(formId: string, period: string, draft: Draft): void {
    // Older periods of the same form can no longer be filed from here.
    const others = Object.entries(all()).filter(([key]) => !key.startsWith(`${formId}/`))
    deviceStorage.write(
      storageKey(),
      JSON.stringify({ ...Object.fromEntries(others), [keyOf(formId, period)]: draft }),
    )
  }
  function discard(formId: string, period: string): void {
    const { [keyOf(formId, period)]: _gone, ...rest } = all()
    deviceStorage.write(storageKey(), JSON.stringify(rest))
  }
  return { read, save, discard }
})
