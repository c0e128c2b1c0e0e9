import type { Field } from '../definition.ts'
import { ownKeys, typeOf, wordOf, appearances } from './vocabulary.ts'

/** What the column `kangbao` says: that for which XLSForm has no column, as JSON. */
export type OwnColumn = Readonly<Record<string, unknown>>

/** What stands in the column; null when it is no JSON object. */
export function readOwnColumn(cell: string): OwnColumn | null {
  if (cell === '') return {}
  try {
    const read: unknown = JSON.parse(cell)
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
