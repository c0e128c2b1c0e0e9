import { drawAnew } from '../src/features/files/draw-anew.ts'

// What `image-cage.child.ts` does to one picture, to many: a process for each of five hundred would take minutes. In come
// pictures, out go content and thumbnail of each (both empty when it was refused) and, last, how much memory it took;
// each with its length in four bytes before it.

const warmUp = 40

function* framesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at)
    yield bytes.subarray(at + 4, end)
    at = end
  }
}

function frame(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

const peakMebibytes = () => Math.round(process.resourceUsage().maxRSS / 1024)

async function drawAll(): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece))
  const answers: Buffer[] = []
  let count = 0
  let early = 0
  for (const picture of framesOf(Buffer.concat(pieces))) {
    const drawn = await drawAnew(picture, Number(process.argv[2])).catch(() => null)
    answers.push(frame(drawn?.content ?? Buffer.alloc(0)), frame(drawn?.thumbnail ?? Buffer.alloc(0)))
    if ((count += 1) === warmUp) early = peakMebibytes()
  }
  answers.push(frame(Buffer.from(JSON.stringify({ early, peak: peakMebibytes() }))))
  return Buffer.concat(answers)
}

process.stdout.write(await drawAll())
