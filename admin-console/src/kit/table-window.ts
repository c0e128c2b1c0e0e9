export interface TableWindow {
  readonly start: number
  readonly end: number
  readonly before: number
  readonly after: number
}

const overscan = 8
const leastRows = 40

/** Which rows to draw, and the heights of the blank space that stands for the others. */
export function tableWindow(
  count: number,
  rowHeight: number,
  view: { readonly scrollTop: number; readonly height: number },
): TableWindow {
  const first = Math.floor(view.scrollTop / rowHeight) - overscan
  const start = Math.max(0, Math.min(first, count - leastRows))
  const shown = Math.max(leastRows, Math.ceil(view.height / rowHeight) + 2 * overscan)
  const end = Math.min(count, start + shown)
  return { start, end, before: start * rowHeight, after: (count - end) * rowHeight }
}
