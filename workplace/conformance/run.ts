import { whyLeftOut, type ConformanceCase, type Target } from './case.ts'

export interface Outcome {
  readonly case: ConformanceCase
  readonly verdict: 'holds' | 'differs' | 'left out'
  /** What differs, or why it was left out. */
  readonly why: string | null
  readonly ms: number
}

/** One after the other: the platform counts calls, and some cases move its clock. */
export async function runAll(
  cases: readonly ConformanceCase[],
  target: Target,
  report: (outcome: Outcome) => void = () => undefined,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const one of cases) {
    const outcome = await runOne(one, target)
    report(outcome)
    outcomes.push(outcome)
  }
  return outcomes
}

async function runOne(one: ConformanceCase, target: Target): Promise<Outcome> {
  const leftOut = whyLeftOut(one, target)
  if (leftOut !== null) return { case: one, verdict: 'left out', why: leftOut, ms: 0 }
  const started = performance.now()
  const took = () => Math.round(performance.now() - started)
  try {
    await one.run(target)
    return { case: one, verdict: 'holds', why: null, ms: took() }
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown'
    return { case: one, verdict: 'differs', why, ms: took() }
  }
}

/** The table a run prints: one line for each case, what differs below it. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const width = Math.max(...outcomes.map((outcome) => outcome.case.name.length), 4)
  const lines = outcomes.map(({ case: { name, path, fact, section }, verdict, why }) =>
    [
      `${marks[verdict]} ${name.padEnd(width)}  ${path}`,
      ...(why === null ? [] : [`    ${verdict}: ${why}`]),
      ...(verdict === 'differs' ? [`    should be: ${fact} (${section})`] : []),
    ].join('\n'),
  )
  const count = (verdict: Outcome['verdict']) => outcomes.filter((one) => one.verdict === verdict).length
  return [...lines, `${count('holds')} hold, ${count('differs')} differ, ${count('left out')} left out`].join(
    '\n',
  )
}

const marks: Record<Outcome['verdict'], string> = { holds: '✓', differs: '✗', 'left out': '–' }
