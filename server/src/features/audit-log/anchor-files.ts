import { appendFile, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { anchorLine, hashOfLine, type Anchor } from './anchor.ts'

type Key = Parameters<typeof anchorLine>[0]

/**
 * Where chains are anchored outside the database: `anchors.jsonl` gets a line a day for ever, `heads.jsonl` one for every
 * few seconds since the last of them, so that a chain cannot be cut off in between either.
 */
export function anchorFiles(dataDir: string) {
  const folder = join(dataDir, 'anchors')
  const daily = join(folder, 'anchors.jsonl')
  const running = join(folder, 'heads.jsonl')
  const shipped = join(folder, 'shipped')

  async function linesOf(file: string): Promise<string[]> {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
      throw error
    })
    return text.split('\n').filter((line) => line !== '')
  }

  /** Appends a line that is on the disk when this returns. */
  async function append(file: string, line: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const handle = await open(file, 'a', 0o600)
    try {
      await handle.appendFile(`${line}\n`)
      await handle.datasync()
    } finally {
      await handle.close()
    }
  }

  return {
    dailyLines: () => linesOf(daily),
    runningLines: () => linesOf(running),
    /** Notes heads that have just moved. */
    async note(key: Key, at: string, heads: Anchor['heads']): Promise<void> {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await appendFile(running, `${anchorLine(key, { at, heads, previous: null })}\n`, { mode: 0o600 })
    },
    /** Writes the line of a day, and begins the running list anew. @returns the line and its hash. */
    async anchor(key: Key, at: string, heads: Anchor['heads']): Promise<{ line: string; hash: string }> {
      const last = (await linesOf(daily)).at(-1)
      const line = anchorLine(key, { at, heads, previous: last === undefined ? null : hashOfLine(last) })
      // Heads noted while this line was made know more than it does: they stay one day longer.
      await rm(`${running}.old`, { force: true })
      await rename(running, `${running}.old`).catch(() => undefined)
      await append(daily, line)
      return { line, hash: hashOfLine(line) }
    },
    /** Lines noted in the day before the last anchor. */
    formerLines: () => linesOf(`${running}.old`),
    async lastShipped(): Promise<string | null> {
      return (await linesOf(shipped))[0] ?? null
    },
    async markShipped(hash: string): Promise<void> {
      await writeFile(shipped, `${hash}\n`, { mode: 0o600 })
    },
  }
}
export type AnchorFiles = ReturnType<typeof anchorFiles>
