import { Refused, safeWorkbook } from '@kangbao/cage/workbooks/unpack.ts'
import { readSheet } from './sheet.ts'

// Workbooks come from outside: they are unpacked and parsed in a process of its own, which is ended when it takes too
// long or too much. The file comes by standard input. The answer leaves by standard output as lines of JSON, a few
// hundred rows each, so that who reads it need not stop for all of them at once.

const rowsPerLine = 500

async function answer(): Promise<object[]> {
  const pieces: Buffer[] = []
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece))
  try {
    const { rows, isCut } = readSheet(safeWorkbook(Buffer.concat(pieces)), Number(process.argv[2]))
    const lines = Array.from({ length: Math.ceil(rows.length / rowsPerLine) }, (_, index) => ({
      rows: rows.slice(index * rowsPerLine, (index + 1) * rowsPerLine),
    }))
    return [{ isCut }, ...lines]
  } catch (error) {
    if (error instanceof Refused) return [{ refused: `import.${error.reason}` }]
    const isLocked = error instanceof Error && /password|encrypt/i.test(error.message)
    return [{ refused: isLocked ? 'import.encrypted' : 'import.unreadable' }]
  }
}

answer().then(
  (lines) => {
    for (const line of lines) process.stdout.write(`${JSON.stringify(line)}\n`)
  },
  () => (process.exitCode = 1),
)
