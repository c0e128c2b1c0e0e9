import type { ReceiverCase } from './case.ts'
import { lines } from './cases/lines.ts'
import { listing } from './cases/listing.ts'
import { refusing } from './cases/refusing.ts'
import { taking } from './cases/taking.ts'
import { newKit } from './kit.ts'
import type { Sender } from './sender.ts'

export const receiverCases: readonly ReceiverCase[] = [...taking, ...refusing, ...listing, ...lines]

export interface Outcome {
  readonly name: string
  readonly fact: string
  readonly section: string
  /** What the receiver did instead; null when it did as the contract says. */
  readonly did: string | null
  readonly ms: number
}

/** One after the other, so that what one did does not show in another. */
export async function runAll(cases: readonly ReceiverCase[], sender: Sender): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const { name, fact, section, run } of cases) {
    const startedAt = performance.now()
    const did = await run(newKit(sender)).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : 'unknown'),
    )
    outcomes.push({ name, fact, section, did, ms: Math.round(performance.now() - startedAt) })
  }
  return outcomes
}

/** A line for each case; below what differs, what the receiver did and what it should have done. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const width = Math.max(4, ...outcomes.map(({ name }) => name.length))
  const rows = outcomes.map(({ name, fact, section, did, ms }) =>
    did === null
      ? `✓ ${name.padEnd(width)}  ${ms} ms`
      : `✗ ${name.padEnd(width)}  ${ms} ms\n    did: ${did}\n    should: ${fact} (${section})`,
  )
  const differ = outcomes.filter(({ did }) => did !== null).length
  return [...rows, `${outcomes.length - differ} hold, ${differ} differ`].join('\n')
}
