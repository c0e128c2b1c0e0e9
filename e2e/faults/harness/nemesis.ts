import { randomInt } from 'node:crypto'

/** Numbers in [0, 1) from a seed. */
export type Random = () => number

/** One blow of a plan: when so much work is done, this is broken. */
export interface Blow<What> {
  readonly at: number
  readonly what: What
}

/**
 * Spreads blows over the work, each anywhere in its own share of it, and never in the last share: what the last one
 * breaks is still to be worked with. The same seed gives the same plan.
 */
export function planBlows<const What>(
  total: number,
  count: number,
  random: Random,
  kinds: readonly [What, ...What[]],
): Blow<What>[] {
  const share = total / (count + 1)
  return Array.from({ length: count }, (_, n) => ({
    at: Math.max(1, Math.floor((n + random()) * share)),
    what: kinds[Math.floor(random() * kinds.length)] ?? kinds[0],
  }))
}

/**
 * Strikes when its hour has come, one blow after the other: a process that is still coming up cannot be killed again.
 * What a blow throws is thrown by `done()`.
 */
export class Nemesis<What> {
  private striking: Promise<void> = Promise.resolve()
  private next = 0

  constructor(
    private readonly plan: readonly Blow<What>[],
    private readonly strike: (what: What) => Promise<void>,
  ) {}

  get struck(): number {
    return this.next
  }

  /** Says how much work is done. */
  progress(done: number): void {
    for (let blow = this.plan[this.next]; blow && blow.at <= done; blow = this.plan[this.next]) {
      const { what } = blow
      this.next += 1
      this.striking = this.striking.then(() => this.strike(what))
      this.striking.catch(() => undefined) // thrown by done()
    }
  }

  async done(): Promise<void> {
    await this.striking
  }
}

/** The seed of this run, printed so that it can be replayed. */
export function drawSeed(): number {
  const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 31))
  console.log(`replay with FAULTS_SEED=${seed}`)
  return seed
}
