export interface Figure {
  /** Requirement, as `S-61`. */
  readonly id: string
  /** How many cases were tried. */
  readonly n: number
  readonly value: number
  readonly unit: string
  readonly target: string
  readonly seed?: number
  readonly ok: boolean
}

/** Prints one figure of a test; the dashboard of reliability and security is made of these lines only. */
export function figure(line: Figure): void {
  process.stdout.write(`FIG ${JSON.stringify(line)}\n`)
}
