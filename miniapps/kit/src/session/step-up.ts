import { defineStore } from 'pinia'
import { ref } from 'vue'

/**
 * Asks the person to prove himself a second time (S-22). The client of the server's contracts calls this by itself when
 * an act wants it, and then repeats the act: pages need not know which acts are sensitive.
 */
export const useStepUp = defineStore('step-up', () => {
  const isAsking = ref(false)
  let underWay: Promise<boolean> | undefined
  let answer: (isProved: boolean) => void = () => undefined

  /** Several acts at once share one question. Resolves to whether the proof was given. */
  function ask(): Promise<boolean> {
    underWay ??= new Promise<boolean>((resolve) => {
      answer = resolve
      isAsking.value = true
    }).finally(() => {
      underWay = undefined
      isAsking.value = false
    })
    return underWay
  }
  function done(isProved: boolean): void {
    answer(isProved)
  }
  return { isAsking, ask, done }
})
