import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { PersonalScope } from '@kangbao/workplace/contracts/container.ts'
import type { CodeKinds } from '@/scan/decoder.ts'
import type { DingDraft } from './bridge-services.ts'

/** Something the host asks the person on behalf of an app. */
export type HostQuestion =
  | { readonly kind: 'scan'; readonly kinds: CodeKinds }
  | { readonly kind: 'ding'; readonly draft: DingDraft }
  | { readonly kind: 'consent'; readonly app: string; readonly scopes: readonly PersonalScope[] }
  | {
      readonly kind: 'sheet'
      readonly title: string
      readonly rows: readonly string[]
      readonly cancel: string
    }
  | {
      readonly kind: 'choose'
      readonly choices: readonly { key: string; value: string }[]
      readonly selected: string
    }
  | { readonly kind: 'moment'; readonly picks: 'date' | 'time' | 'datetime'; readonly value: string }

/** Answers by kind of question; undefined always means dismissed. */
export interface HostAnswers {
  scan: string
  ding: true
  consent: true
  sheet: number
  choose: { key: string; value: string }
  moment: string
}

/** One question at a time: a newer one dismisses the older, as on a phone. */
export const useHostDialogs = defineStore('host-dialogs', () => {
  const question = shallowRef<HostQuestion>()
  let settle: ((answer: unknown) => void) | undefined

  function ask<K extends HostQuestion['kind']>(
    asked: Extract<HostQuestion, { kind: K }>,
  ): Promise<HostAnswers[K] | undefined> {
    settle?.(undefined)
    question.value = asked
    return new Promise((resolve) => {
      // `answer` below takes only the kind that is asked, so what arrives here has its type.
      settle = (value) => resolve(value as HostAnswers[K] | undefined)
    })
  }

  function answer<K extends HostQuestion['kind']>(_kind: K, value: HostAnswers[K]) {
    finish(value)
  }
  const dismiss = () => finish(undefined)

  function finish(value: unknown) {
    question.value = undefined
    settle?.(value)
    settle = undefined
  }

  let last: Promise<unknown> = Promise.resolve()
  /** Shows one dialogue after the other, whichever app or screen wants it. */
  function inLine<T>(show: () => Promise<T>): Promise<T> {
    const shown = last.then(show)
    last = shown.catch(() => undefined)
    return shown
  }

  return { question, ask, answer, dismiss, inLine }
})
