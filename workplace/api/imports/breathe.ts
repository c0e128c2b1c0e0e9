/** Lets the event loop turn: thousands of rows are worked through without anybody else waiting. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The items in pieces, with a breath after each. */
export async function* inPieces<T>(items: readonly T[], size: number): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) {
    yield items.slice(start, start + size)
    await breathe()
  }
}
