import { AppError } from '../../errors.ts'

interface Position {
  readonly pinyin: string
  readonly id: string
}

const position = /^([^\0]*)\0([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export function writeCursor({ pinyin, id }: Position): string {
  return Buffer.from(`${pinyin}\0${id}`).toString('base64url')
}

/** @throws AppError `request.invalid` for a cursor that is not one of ours. */
export function readCursor(cursor: string | undefined): Position | null {
  if (cursor === undefined) return null
  const [, pinyin, id] = position.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (pinyin === undefined || id === undefined) throw new AppError('request.invalid', { part: 'cursor' })
  return { pinyin, id }
}
