/**
 * So many at a time, the others in the order they came.
 * @param mostWaiting With more, one is turned away.
 * @param turnedAway What it is told.
 */
export function turns(sideBySide: number, mostWaiting: number, turnedAway: () => Error) {
  let running = 0
  const waiting: (() => void)[] = []
  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (waiting.length >= mostWaiting) throw turnedAway()
    if (running >= sideBySide) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      // The turn is handed on; only when nobody waits does it come free.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
