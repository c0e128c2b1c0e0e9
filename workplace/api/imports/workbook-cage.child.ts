import { writeSheet } from './sheet.ts'

// Tens of thousands of rows take seconds to pack: a process of its own does it, and nobody waits. Lines of JSON
// come by standard input, the first saying what the sheet is; the workbook leaves by standard output.

async function make(): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece))
  const [first = '{}', ...lines] = Buffer.concat(pieces).toString('utf8').trimEnd().split('\n')
  const { name, widths } = JSON.parse(first) as { name: string; widths: number[] } // our own process wrote it
  return writeSheet(
    name,
    lines.map((line) => JSON.parse(line) as string[]),
    { widths },
  )
}

make().then(
  (bytes) => process.stdout.write(bytes),
  () => (process.exitCode = 1),
)
