import { isRowsAnswer, type AnswerValue, type RowsAnswer } from '@kangbao/shared/forms/answers.ts'

/**
 * The paths whose problems are shown, after the rows of a group changed. A row is the same row while it is the same
 * object: so what was told of it goes with it when one above is removed or put back.
 */
export function toldAfter(
  told: ReadonlySet<string>,
  id: string,
  { rows: before }: RowsAnswer,
  after: AnswerValue | undefined,
): ReadonlySet<string> {
  const rows = isRowsAnswer(after) ? after.rows : []
  // As many rows: a cell was changed, and all stay where they are.
  if (rows.length === before.length) return told
  const prefix = `${id}/rows/`
  const moved = [...told].flatMap((path) => {
    if (!path.startsWith(prefix)) return [path]
    const [row = '', ...column] = path.slice(prefix.length).split('/')
    const was = before[Number(row)]
    const next = was === undefined ? -1 : rows.indexOf(was)
    return next < 0 ? [] : [[`${prefix}${next}`, ...column].join('/')]
  })
  return new Set(moved)
}
