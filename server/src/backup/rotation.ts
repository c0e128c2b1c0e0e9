/** No backup is older than this: what was erased must not live on in old copies (S-41). */
export const longestAgeMs = 35 * 86_400_000

/** An unfinished one this old has nobody who still writes it. */
const strandedAfterMs = 86_400_000

const namePattern = /^kangbao-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)(\.partial)?$/

/** Name of the backup of a moment, in UTC. */
export const nameOf = (atMs: number): string =>
  `kangbao-${new Date(atMs)
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/T(\d{6}).*/, '-$1')}`

function readName(name: string): { atMs: number; isPartial: boolean } | null {
  const found = namePattern.exec(name)
  if (!found) return null
  const [, year, month, day, hour, minute, second, partial] = found
  return {
    atMs: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`),
    isPartial: partial !== undefined,
  }
}

/** Which folders of a shelf have had their time; names that are not ours are never among them. */
export function outdated(
  names: readonly string[],
  { keep, nowMs }: { readonly keep: number | undefined; readonly nowMs: number },
): string[] {
  const known = names.flatMap((name) => {
    const read = readName(name)
    return read ? [{ name, ...read }] : []
  })
  const finished = known.filter(({ isPartial }) => !isPartial).sort((a, b) => b.atMs - a.atMs)
  return [
    ...finished.filter(({ atMs }, i) => i > 0 && (i >= (keep ?? Infinity) || nowMs - atMs > longestAgeMs)),
    ...known.filter(({ isPartial, atMs }) => isPartial && nowMs - atMs > strandedAfterMs),
  ].map(({ name }) => name)
}

/** The newest finished backup of a shelf. */
export const newest = (names: readonly string[]): string | undefined =>
  names
    .filter((name) => readName(name)?.isPartial === false)
    .sort()
    .at(-1)
