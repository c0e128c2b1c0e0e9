/** Chinese breaks after any character, other scripts between words. */
const pieces = /[\p{sc=Han}\p{P}]|[^\p{sc=Han}\p{P}\s]+\s*|\s+/gu

type Measure = (text: string, size: number) => number

/** A text broken into lines no wider than `width`; what is wider by itself stands on a line of its own. */
export function wrapped(text: string, width: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of text.trim().match(pieces) ?? []) {
    if (line !== '' && widthOf((line + piece).trimEnd()) > width) {
      lines.push(line.trimEnd())
      line = piece.trimStart()
    } else line += piece
  }
  return line.trimEnd() === '' ? lines : [...lines, line.trimEnd()]
}

/** Rather a little smaller than one letter left over on another line. */
const stillLarge = 0.75

/**
 * A text in at most so many lines: in as few as it stands in without being much smaller than wished for, else in all of
 * them and as small as it takes.
 * @returns The size and the lines; at a quarter of the wish it is taken as it is.
 */
export function fitted(
  text: string,
  measure: Measure,
  wish: { readonly most: number; readonly size: number; readonly width: number },
): { readonly size: number; readonly lines: readonly string[] } {
  for (let count = 1; ; count += 1) {
    const fit = fittedIn(count, text, measure, wish)
    if (count >= wish.most || fit.size >= wish.size * stillLarge) return fit
  }
}

function fittedIn(
  most: number,
  text: string,
  measure: Measure,
  wish: { readonly size: number; readonly width: number },
): { readonly size: number; readonly lines: readonly string[] } {
  for (let size = wish.size; ; size = Math.floor(size * 0.96)) {
    const lines = wrapped(text, wish.width, (part) => measure(part, size))
    const isFitting = lines.length <= most && lines.every((line) => measure(line, size) <= wish.width)
    if (isFitting || size <= wish.size / 4) return { size, lines }
  }
}
