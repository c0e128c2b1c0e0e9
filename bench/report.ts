import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Probe } from './probe.ts'
import type { Outcome } from './scenario.ts'
import { interval, median, spread } from './stats.ts'

interface Goal {
  readonly id: string
  readonly title: string
  readonly formula: string
  readonly must: number
  readonly stretch: number
  readonly better: 'higher' | 'lower'
}

export type Status = 'pass' | 'fail' | 'inconclusive' | 'measured'

export interface Judged extends Outcome {
  readonly title: string
  readonly median: number
  readonly interval: readonly [number, number]
  readonly status: Status
  readonly goal?: Goal
}

const goals = JSON.parse(readFileSync(join(import.meta.dirname, 'goals.json'), 'utf8')) as readonly Goal[] // our own file

/** A floor that moved more than this makes the round worthless: the machine was busy. */
const steadyFloor = 1.6

/** Compares an outcome with its goal; wrong results fail whatever their speed, an unsteady floor decides nothing. */
export function judge(outcome: Outcome, probe: Probe): Judged {
  const goal = goals.find(({ id }) => id === outcome.id)
  const areRight = Object.values(outcome.checks).every(Boolean)
  const middle = median(outcome.ratios)
  const common = {
    ...outcome,
    title: goal?.title ?? outcome.id,
    median: middle,
    interval: interval(outcome.ratios),
  }
  if (!areRight) return { ...common, status: 'fail', ...(goal ? { goal } : {}) }
  if (!goal) return { ...common, status: 'measured' }
  const isSteady = spread(outcome.floor ?? [1]) <= steadyFloor && probe.stealPercent <= 5
  const isMet = goal.better === 'higher' ? middle >= goal.must : middle <= goal.must
  return {
    ...common,
    goal,
    status: isMet ? (isSteady ? 'pass' : 'inconclusive') : isSteady ? 'fail' : 'inconclusive',
  }
}

const round2 = (value: number) => (Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100)

export function line(judged: Judged): string {
  const {
    id,
    title,
    median: middle,
    interval: [low, high],
    goal,
    status,
    absolute,
  } = judged
  const figures = Object.entries(absolute)
    .map(([name, value]) => `${name} ${round2(value)}`)
    .join(', ')
  const wrong = Object.entries(judged.checks)
    .filter(([, isRight]) => !isRight)
    .map(([name]) => `WRONG: ${name}`)
  const ratio = goal
    ? `${round2(middle)} [${round2(low)}..${round2(high)}]  must ${goal.better === 'higher' ? '≥' : '≤'} ${goal.must}, stretch ${goal.stretch}`
    : ''
  return [
    `${id.padEnd(15)} ${title.padEnd(42)} ${ratio.padEnd(48)} ${status.padEnd(12)} ${figures}`,
    ...wrong,
  ].join('\n  ')
}

/** Writes the run as JSON and as the latest table. */
export function write(folder: string, run: object, judged: readonly Judged[]): void {
  mkdirSync(folder, { recursive: true })
  const stamp = new Date().toISOString().replace(/[:.]/g, '-')
  const scenarios = judged.map(({ goal, ...rest }) => ({
    ...rest,
    ...(goal ? { formula: goal.formula, must: goal.must, stretch: goal.stretch } : {}),
  }))
  const verdict = judged.some(({ status }) => status === 'fail') ? 'fail' : 'pass'
  writeFileSync(join(folder, `${stamp}.json`), `${JSON.stringify({ run, scenarios, verdict }, null, 2)}\n`)
  writeFileSync(join(folder, 'latest.md'), `\`\`\`\n${judged.map(line).join('\n')}\n\`\`\`\n`)
}
