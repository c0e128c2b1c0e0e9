import type { Bench } from './bench.ts'

/** What one run of a scenario found. Ratios are the result; absolutes are context. */
export interface Outcome {
  /** Goal id, or a name of its own when the issue only asks for a number. */
  readonly id: string
  /** One ratio per round; empty when only absolutes are reported. */
  readonly ratios: readonly number[]
  /** The floor's own figures, to see whether the machine held still. */
  readonly floor?: readonly number[]
  readonly absolute: Readonly<Record<string, number>>
  /** Correctness inside the measurement: a figure of wrong results is worth nothing. */
  readonly checks: Readonly<Record<string, boolean>>
  readonly note?: string
}

export interface Scenario {
  readonly name: string
  /** Goal ids it reports. */
  readonly ids: readonly string[]
  run(bench: Bench): Promise<readonly Outcome[]>
}

export type Profile = 'quick' | 'full'
