import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { PeopleChoice, PeopleQuestion } from '@/container/bridge-services.ts'

export interface OpenQuestion extends PeopleQuestion {
  readonly orgId: string
}

/** The one people picker of the screen: asked from anywhere, answered once. */
export const usePeoplePicker = defineStore('people-picker', () => {
  const question = shallowRef<OpenQuestion>()
  let settle: ((choice: PeopleChoice | undefined) => void) | undefined

  /** Resolves with the choice, or undefined when dismissed. A newer question dismisses an older one. */
  function pick(orgId: string, asked: PeopleQuestion): Promise<PeopleChoice | undefined> {
    settle?.(undefined)
    question.value = { ...asked, orgId }
    return new Promise((resolve) => {
      settle = resolve
    })
  }

  function answer(choice: PeopleChoice | undefined) {
    question.value = undefined
    settle?.(choice)
    settle = undefined
  }

  return { question, pick, answer }
})
