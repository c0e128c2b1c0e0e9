import { defineStore } from 'pinia'
import { ref } from 'vue'
import { oneQuestion } from '@kangbao/shared/one-question.ts'

/**
 * Asks the person to prove himself a second time (S-22). The client of the server's contracts calls this by itself when
 * an act wants it, and then repeats the act: pages need not know which acts are sensitive.
 */
export const useStepUp = defineStore('step-up', () => {
  const isAsking = ref(false)
  const { ask, done } = oneQuestion((is) => (isAsking.value = is))
  return { isAsking, ask, done }
})
