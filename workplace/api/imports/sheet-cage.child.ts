import { Refused, safeWorkbook } from './unpack.ts'
import { readSheet } from './sheet.ts'

// Workbooks come from outside: they are unpacked and parsed in a process of its own, which is ended when it takes too
// long or too much. The file comes by standard input, the answer leaves as JSON by standard output.

async function answer(): Promise<object> {
  const pieces: Buffer[] = []
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece))
  try {
    return { sheet: readSheet(safeWorkbook(Buffer.concat(pieces)), Number(process.argv[2])) }
  } catch (error) {
    if (error instanceof Refused) return { refused: error.code }
    const isLocked = error instanceof Error && /password|encrypt/i.test(error.message)
    return { refused: isLocked ? 'import.encrypted' : 'import.unreadable' }
  }
}

answer().then(
  (result) => process.stdout.write(JSON.stringify(result)),
  () => (process.exitCode = 1),
)
