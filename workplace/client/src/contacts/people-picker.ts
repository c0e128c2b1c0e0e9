import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { PeopleChoice, PeopleQuestion, PickedUser } from '@/container/bridge-services.ts'

export interface OpenQuestion extends PeopleQuestion {
  readonly orgId: string
  /** Those of the question who are picked already, by name: they stay picked on pages nobody opens. */
  readonly alreadyPicked: readonly PickedUser[]
}

/** The one people picker of the screen: asked from anywhere, answered once. */
export const usePeoplePicker = defineStore('people-picker', () => {
  const question = shallowRef<OpenQuestion>()
  let settle: ((choice: PeopleChoice | undefined) => void) | undefined

  /** Resolves with the choice, or undefined when dismissed. A newer question dismisses an older one. */
  function pick(
    orgId: string,
    asked: PeopleQuestion,
    alreadyPicked: readonly PickedUser[] = [],
  ): Promise<PeopleChoice | undefined> {
    settle?.(undefined)
    question.value = { ...asked, orgId, alreadyPicked }
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
