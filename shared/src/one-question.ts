/** A yes or no that several may wait for, and the one who answers it. */
export interface OneQuestion {
  /** Several asked for at once share one question. Resolves to the answer. */
  ask(): Promise<boolean>
  done(answer: boolean): void
}

/** @param show told when the question is to be put, and when it is answered. */
export function oneQuestion(show: (isAsking: boolean) => void): OneQuestion {
  let underWay: Promise<boolean> | undefined
  let answer: (given: boolean) => void = () => undefined
  return {
    ask() {
      underWay ??= new Promise<boolean>((resolve) => {
        answer = resolve
        show(true)
      }).finally(() => {
        underWay = undefined
        show(false)
      })
      return underWay
    },
    done: (given) => answer(given),
  }
}
