import { drawAnew } from './draw-anew.ts'

// A process of its own for pictures that come from outside: one that makes the decoder crash, hang or swell takes this
// process with it and nothing else. The picture comes by standard input; the answer leaves by standard output as the
// length of a JSON head in four bytes, the head, the content, the thumbnail.

async function answer(): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece))
  const { content, thumbnail, ...size } = await drawAnew(Buffer.concat(pieces), Number(process.argv[2]))
  const head = Buffer.from(
    JSON.stringify({ ...size, contentBytes: content.length, thumbnailBytes: thumbnail.length }),
  )
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  return Buffer.concat([length, head, content, thumbnail])
}

answer().then(
  (bytes) => process.stdout.write(bytes),
  () => (process.exitCode = 1),
)
