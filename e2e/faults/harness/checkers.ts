import type { Operation } from './history.ts'

/**
 * The judges of a run: pure functions over what the driver noted and what is stored, so that each can be shown a
 * planted violation.
 */

export interface SetFull {
  readonly acknowledged: number
  /** Acknowledged and not there. */
  readonly lost: readonly string[]
  /** There and never acknowledged: allowed for operations whose end nobody knows. */
  readonly unacknowledged: readonly string[]
  /** Operations nobody knows the end of. */
  readonly unknown: number
}

/** Everything acknowledged is there for ever. */
export function setFull(operations: readonly Operation[], stored: ReadonlySet<string>): SetFull {
  const told = operations.flatMap(({ kind, value }) => (kind === 'ok' && value !== undefined ? [value] : []))
  const acknowledged = new Set(told)
  return {
    acknowledged: told.length,
    lost: told.filter((value) => !stored.has(value)),
    unacknowledged: [...stored].filter((value) => !acknowledged.has(value)),
    unknown: operations.filter(({ kind }) => kind === 'info').length,
  }
}

export interface Arrival {
  readonly key: string
  /** How often it was delivered; the receiver applies the first and drops the others. */
  readonly attempts: number
}

export interface TotalQueue {
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
  /** Had an effect a second time. */
  readonly appliedTwice: readonly string[]
  /** Deliveries the receiver dropped by key. */
  readonly wireDuplicates: number
}

/** What goes in comes out, once. */
export function totalQueue(owed: readonly string[], arrivals: readonly Arrival[]): TotalQueue {
  const wanted = new Set(owed)
  const arrived = new Set(arrivals.map(({ key }) => key))
  return {
    missing: [...wanted].filter((key) => !arrived.has(key)),
    unexpected: [...arrived].filter((key) => !wanted.has(key)),
    appliedTwice: duplicatesOf(arrivals.map(({ key }) => key)),
    wireDuplicates: arrivals.reduce((sum, { attempts }) => sum + attempts - 1, 0),
  }
}

/** Keys that come more than once. */
export function duplicatesOf(keys: readonly string[]): string[] {
  const seen = new Set<string>()
  return keys.filter((key) => seen.has(key) || !seen.add(key))
}

export interface InSeries {
  readonly series: string
  readonly number: number
}

/** Numbers of a series, in the order they came, that are not the one after the one before; each series begins at 1. */
export function orderBreaks(arrivals: readonly InSeries[]): InSeries[] {
  const last = new Map<string, number>()
  return arrivals.filter(({ series, number }) => {
    const before = last.get(series) ?? 0
    last.set(series, number)
    return number !== before + 1
  })
}

/** Keys whose two numbers differ; a key only one side knows is a difference as well. */
export function differencesOf(
  recounted: ReadonlyMap<string, number>,
  kept: ReadonlyMap<string, number>,
): string[] {
  const keys = new Set([...recounted.keys(), ...kept.keys()])
  return [...keys].filter((key) => (recounted.get(key) ?? 0) !== (kept.get(key) ?? 0))
}
