import { defineStore } from 'pinia'
import type { Client } from '@kangbao/shared/contracts/client.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'
import { useSealed } from '../storage/sealed-storage.ts'

export interface Draft {
  readonly answers: Answers
  readonly carried: readonly string[]
  /** Of the form, for the list of what is kept here. */
  readonly title?: LocalText
}
type Kept = Draft & { readonly period: string }

/** Answers typed but not yet filed, sealed on the device (S-78). One for each form: older periods can no longer be filed. */
export const useDrafts = defineStore('drafts', () => {
  const sealed = useSealed()
  const nameOf = (formId: string) => `draft:${formId}`

  /** @throws UnreachableError or ProblemError when there is a draft that cannot be opened now. */
  async function read(api: Client, formId: string, period: string): Promise<Draft | null> {
    const text = await sealed.read(api, nameOf(formId))
    if (text === null) return null
    const { period: keptFor, answers, carried } = JSON.parse(text) as Kept // written below, and whole: it was sealed
    return keptFor === period ? { answers, carried } : null
  }
  /** At each change; what was typed last wins. */
  function save(api: Client, formId: string, period: string, draft: Draft): void {
    const kept: Kept = { period, ...draft }
    void sealed.write(api, nameOf(formId), JSON.stringify(kept))
  }
  function discard(formId: string): void {
    sealed.remove(nameOf(formId))
  }
  return { prepare: sealed.prepare, read, save, discard }
})
