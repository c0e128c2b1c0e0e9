import type { BatchOutcome } from './pushes.repo.ts'

export interface BatchRecorder {
  add(outcome: BatchOutcome): void
  /** Resolves when everything added is written; rejects when it could not be. */
  flushed(): Promise<void>
}

/** Writes outcomes down together, as soon as the write before them is done: one statement for many calls. */
export function batchRecorder(write: (outcomes: readonly BatchOutcome[]) => Promise<void>): BatchRecorder {
  let waiting: BatchOutcome[] = []
  let writing: Promise<void> | null = null

  async function drain() {
    // Gives calls that end in the same moment the chance to share a statement.
    await new Promise((resolve) => setTimeout(resolve, 5))
    while (waiting.length > 0) {
      const outcomes = waiting
      waiting = []
      await write(outcomes)
    }
  }

  function start() {
    writing ??= drain().finally(() => (writing = null))
    writing.catch(() => undefined) // thrown by flushed()
    return writing
  }

  let failure: { error: unknown } | null = null
  return {
    add(outcome) {
      waiting.push(outcome)
      if (failure === null) start().catch((error: unknown) => (failure = { error }))
    },
    async flushed() {
      while (failure === null && (writing !== null || waiting.length > 0)) {
        await start().catch((error: unknown) => (failure = { error }))
      }
      if (failure !== null) throw failure.error
    },
  }
}
