import { closeSync, fdatasync, openSync, readFileSync, writeSync } from 'node:fs'

/** `invoke`, then how it ended: done, surely not done, or nobody knows. */
export type Outcome = 'ok' | 'fail' | 'info'

export interface Operation {
  /** The phone that acts; one has at most one operation under way. */
  readonly process: number
  readonly kind: 'invoke' | Outcome
  readonly what: string
  /** What an `ok` acknowledged, as the checkers know it. */
  readonly value?: string
  readonly at: number
}

/**
 * What the driver did and was told, a line an operation, on disk before the driver goes on. Lines that come while the
 * disk is busy share the next write to it.
 */
export class History {
  readonly operations: Operation[] = []
  private waiting: (() => void)[] = []
  private isSyncing = false

  private constructor(private readonly file: number) {}

  static open(path: string): History {
    return new History(openSync(path, 'a', 0o600))
  }

  /** Resolves when the line is on disk. */
  note(operation: Omit<Operation, 'at'>): Promise<void> {
    const noted = { ...operation, at: Date.now() }
    this.operations.push(noted)
    writeSync(this.file, `${JSON.stringify(noted)}\n`)
    return new Promise((done) => {
      this.waiting.push(done)
      this.sync()
    })
  }

  close(): void {
    closeSync(this.file)
  }

  private sync(): void {
    if (this.isSyncing || this.waiting.length === 0) return
    const sharing = this.waiting
    this.waiting = []
    this.isSyncing = true
    fdatasync(this.file, (error) => {
      this.isSyncing = false
      if (error) throw error
      for (const done of sharing) done()
      this.sync()
    })
  }
}

/** Reads a history back; a last line cut by a crash was never noted. */
export function readHistory(path: string): Operation[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  const whole = lines.slice(0, -1)
  return whole.map((line) => JSON.parse(line) as Operation) // written by note()
}
