import type { DailyRun } from '@kangbao/shared/contracts/operations.ts'
import type { Part } from '../kit/MeterBar.vue'

export const runOrgStates = ['all', 'delivered', 'refused', 'waiting', 'skipped'] as const
export type RunOrgState = (typeof runOrgStates)[number]

/** How a run stands: it goes on while anything waits, even after every org was started. */
export function runState(
  run: Pick<DailyRun, 'finishedAt' | 'waiting' | 'refused'>,
): 'going' | 'refused' | 'done' {
  if (run.finishedAt === null || run.waiting > 0) return 'going'
  return run.refused > 0 ? 'refused' : 'done'
}

/** The parts of a run's bar, in the order in which they are good. */
export function runParts(run: DailyRun, label: (state: string) => string): Part[] {
  return [
    { value: run.delivered, tone: 'ok', label: label('delivered') },
    { value: run.waiting, tone: 'warn', label: label('waiting') },
    { value: run.refused, tone: 'danger', label: label('refused') },
    { value: run.skipped, tone: 'idle', label: label('skipped') },
  ]
}

/** What the bar is a share of: a run may count skipped orgs beside those due. */
export function runWhole(run: DailyRun): number {
  return Math.max(run.due, run.delivered + run.refused + run.waiting + run.skipped)
}

/** Why the run leaves an org out. */
export const runSkips = ['form-missing', 'in-progress', 'nothing-new'] as const
