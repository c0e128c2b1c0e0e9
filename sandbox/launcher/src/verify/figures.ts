import type { Figure } from '../figure.ts'
import { isRecord } from '../layout.ts'

/** A figure and the part of the run that printed it, by the part's headline. */
export interface Measured extends Figure {
  readonly part: string
}

export interface Reading {
  readonly figures: readonly Measured[]
  /** Lines that begin as a figure and cannot be read as one: a figure that is lost must not go unnoticed. */
  readonly unreadable: readonly string[]
}

const headline = /^━━ (.+)$/
const figureLine = /\bFIG (.*)$/

/** Every figure in the output of a run. Other programs may have written before it on the same line. */
export function readFigures(log: string): Reading {
  const figures: Measured[] = []
  const unreadable: string[] = []
  let part = ''
  for (const line of log.split(/\r?\n/)) {
    part = headline.exec(line)?.[1]?.trim() ?? part
    const text = figureLine.exec(line)?.[1]
    if (text === undefined) continue
    const figure = parseFigure(text)
    if (figure) figures.push({ ...figure, part })
    else unreadable.push(line.trim())
  }
  return { figures, unreadable }
}

function parseFigure(text: string): Figure | undefined {
  const value = parsed(text)
  return isFigure(value) ? value : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.trim())
  } catch {
    return undefined
  }
}

/** Whether a value read from a file has the shape of a figure. */
export function isFigure(value: unknown): value is Figure {
  if (!isRecord(value)) return false
  const { id, n, value: measured, unit, target, seed, ok } = value
  return (
    typeof id === 'string' &&
    typeof n === 'number' &&
    typeof measured === 'number' &&
    Number.isFinite(measured) &&
    typeof unit === 'string' &&
    typeof target === 'string' &&
    (seed === undefined || typeof seed === 'number') &&
    typeof ok === 'boolean'
  )
}

/** Whether a value keeps a target written as `=0`, `<=200` or `>=70`. A target nobody can read is not kept. */
export function keeps(value: number, target: string): boolean {
  const [, sign, limit] = /^(<=|>=|=|<|>)\s*(-?[\d.]+)/.exec(target) ?? []
  if (limit === undefined) return false
  const bound = Number(limit)
  if (sign === '=') return value === bound
  if (sign === '<=') return value <= bound
  if (sign === '>=') return value >= bound
  return sign === '<' ? value < bound : value > bound
}
