import { countyParts, dayParts, type TalliedQuestion } from './answer-tally.ts'
import { toldCounts, type Told } from './small-numbers.ts'

/** One line of a question without options: a day or month, a region, or (without a key) whether it was answered. */
export interface AnswerLine {
  readonly kind: 'answered' | 'open' | 'day' | 'region'
  readonly key: string
  /** Null is hidden. */
  readonly count: Told
  /** Of a region: what lies in it, as far as answers name it. */
  readonly inner: readonly { readonly key: string; readonly count: Told }[]
}

/**
 * What is shown of a question without options.
 * @param isHiding Small numbers are hidden, with what would give them away; what lies inside a region is not told then.
 */
export function answerLines(question: TalliedQuestion, isHiding: boolean): AnswerLine[] {
  const { fieldId, asked, answered } = question
  const parts = partsOf(question)
  const cells = [...parts.map(({ count }) => count), asked - answered]
  // In rows one person may have been in several places.
  const isOneEach = !fieldId.includes('/')
  const told = isHiding ? toldCounts({ total: asked, cells, isOneEach }).cells : cells
  const lines = parts.map((part, i) => ({
    ...part,
    count: told[i] ?? null,
    inner: isHiding ? [] : part.inner,
  }))
  return [...lines, { kind: 'open', key: '', count: told[parts.length] ?? null, inner: [] }]
}

interface Part extends AnswerLine {
  readonly count: number
}

function partsOf({ kind, answered, parts }: TalliedQuestion): Part[] {
  if (kind === 'date')
    return dayParts(parts).map(({ key, count }) => ({ kind: 'day', key, count, inner: [] }))
  if (kind === 'region')
    return countyParts(parts).map(({ key, count, streets }) => ({
      kind: 'region',
      key,
      count,
      inner: streets,
    }))
  return [{ kind: 'answered', key: '', count: answered, inner: [] }]
}
