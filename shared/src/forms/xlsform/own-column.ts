import type { Field } from '../definition.ts'
import { ownKeys, typeOf, wordOf, appearances } from './vocabulary.ts'

/** What the column `kangbao` says: that for which XLSForm has no column, as JSON. */
export type OwnColumn = Readonly<Record<string, unknown>>

/** A spreadsheet's cell holds 32 767 characters; what is longer goes on in the columns after it. */
const mostInCell = 32_000
const mostCells = 12
/** `kangbao`, `kangbao_2`, `kangbao_3` … */
export const ownColumns: readonly string[] = Array.from({ length: mostCells }, (_, i) =>
  i === 0 ? 'kangbao' : `kangbao_${i + 1}`,
)

/**
 * The JSON of the column, in as many cells as it needs; none for a column that says nothing.
 * @throws RangeError when it does not fit: no form within the limits of the designer comes near.
 */
export function writeOwnColumn(own: OwnColumn): string[] {
  const text = Object.keys(own).length > 0 ? JSON.stringify(own) : ''
  const cells: string[] = []
  for (let start = 0; start < text.length;) {
    const end = endOfCell(text, start + mostInCell)
    cells.push(text.slice(start, end))
    start = end
  }
  if (cells.length > mostCells) throw new RangeError('too much for the columns of our own')
  return cells
}

/** At the place or a little before it: a cell loses the spaces at its ends, and half a character is none. */
function endOfCell(text: string, place: number): number {
  let end = Math.min(place, text.length)
  while (end < text.length && /\s|[\ud800-\udbff](?=.)/.test(text.slice(end - 1, end + 1))) end -= 1
  return end
}

/**
 * What stands in the column and those after it; null when it is no JSON object.
 * @param cell the text below a heading.
 */
export function readOwnColumn(cell: (column: string) => string): OwnColumn | null {
  const text = ownColumns.map(cell).join('')
  if (text === '') return {}
  try {
    const read: unknown = JSON.parse(text)
    const isObject = typeof read === 'object' && read !== null && !Array.isArray(read)
    return isObject ? Object.fromEntries(Object.entries(read)) : null
  } catch {
    return null
  }
}

/** Only what the type has of its own: nothing that has a column of XLSForm. */
export function ownParts(column: OwnColumn, type: Field['type']): OwnColumn {
  return Object.fromEntries(Object.entries(column).filter(([key]) => ownKeys[type].includes(key)))
}

/** What is to be said of a field beside XLSForm's columns. */
export function ownColumnOf(field: Field): Record<string, unknown> {
  const word = wordOf(field).split(' ')[0] ?? ''
  const appearance = appearances[field.type]
  const shownAs = typeOf(word.toLowerCase(), appearance === undefined ? [] : [appearance])
  const parts = Object.entries(field).filter(
    ([key, value]) =>
      ownKeys[field.type].includes(key) &&
      value !== undefined &&
      key !== 'hint' &&
      !(key === 'decimals' && word === 'integer'),
  )
  return { ...(shownAs === field.type ? {} : { type: field.type }), ...Object.fromEntries(parts) }
}
