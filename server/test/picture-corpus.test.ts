import { expect, it } from 'vitest'
import { inCage } from '@kangbao/cage/cage.ts'
import { figure } from '@kangbao/launcher/figure.ts'
import { maxPixels } from '@kangbao/shared/contracts/files.ts'
import sharp from 'sharp'
import { headBytes, sniffedType } from '../src/features/files/file-kinds.ts'
import { imageSize } from '@kangbao/shared/pictures/image-size.ts'
import { pictureCorpus, type Sample } from './picture-corpus.ts'
import { canary } from './pictures.ts'

const mebibyte = 1024 * 1024

/** Whether bytes and header let it through to the decoder, as in production: the type, then the size. */
async function reachesDecoder({ bytes }: Sample): Promise<boolean> {
  const type = await sniffedType(bytes.subarray(0, headBytes), 'photo').catch(() => null)
  const size = type && imageSize(bytes)
  return Boolean(size && size.width > 0 && size.height > 0 && size.width * size.height <= maxPixels)
}

interface Drawn {
  readonly content: Buffer
  readonly thumbnail: Buffer
}

async function drawnInCage(samples: readonly Sample[]) {
  const input = Buffer.concat(samples.flatMap(({ bytes }) => [lengthOf(bytes), bytes]))
  const limits = {
    timeMs: 90_000,
    memoryBytes: 512 * mebibyte,
    heapMebibytes: 128,
    outputBytes: 64 * mebibyte,
  }
  const answer = await inCage('picture-batch.child', {
    beside: import.meta.url,
    args: [String(maxPixels)],
    input,
    limits,
  })
  const frames: Buffer[] = []
  for (let at = 0; at < answer.length;) {
    const end = at + 4 + answer.readUInt32BE(at)
    frames.push(answer.subarray(at + 4, end))
    at = end
  }
  const empty = Buffer.alloc(0)
  const drawn = samples.map((_, at): Drawn => ({
    content: frames[2 * at] ?? empty,
    thumbnail: frames[2 * at + 1] ?? empty,
  }))
  const memory: { early: number; peak: number } = JSON.parse(String(frames.at(-1)))
  return { drawn, memory }
}

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return length
}

/** Names of the parts of a picture that are not the picture. */
function strangeParts(bytes: Buffer): string[] {
  if (bytes.readUInt16BE(0) === 0xffd8) return strangeSegments(bytes)
  const isPng = bytes.readUInt32BE(0) === 0x89504e47
  const known = isPng ? ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'pHYs'] : ['VP8 ', 'VP8L', 'VP8X', 'ALPH']
  const strange: string[] = []
  for (let at = isPng ? 8 : 12; at < bytes.length;) {
    const length = isPng ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at + 4)
    const type = bytes.toString('latin1', at + (isPng ? 4 : 0), at + (isPng ? 8 : 4))
    if (!known.includes(type)) strange.push(type)
    at += isPng ? 12 + length : 8 + length + (length % 2)
  }
  return strange
}

/** Up to the picture's data: the plain header (JFIF), tables and frame; no APPn, no comment. And nothing after its end. */
function strangeSegments(bytes: Buffer): string[] {
  const strange: string[] = []
  let at = 2
  for (; bytes[at] === 0xff && bytes[at + 1] !== 0xda; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] ?? 0
    if ((marker > 0xe0 && marker <= 0xef) || marker === 0xfe) strange.push(marker.toString(16))
  }
  return bytes.readUInt16BE(bytes.length - 2) === 0xffd9 ? strange : [...strange, 'after the end']
}

async function residueIn(bytes: Buffer): Promise<string[]> {
  const { exif, xmp, iptc, icc, orientation, comments, pages } = await sharp(bytes).metadata()
  const told = Object.entries({ exif, xmp, iptc, icc, orientation, comments, pages })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name)
  const texts = [canary, '<script', 'alert('].filter((text) => bytes.includes(text))
  return [...told, ...texts, ...strangeParts(bytes)]
}

it('S-65: of 500 pictures nothing comes out but the picture; bombs never reach a decoder', async () => {
  const corpus = await pictureCorpus()
  expect(corpus).toHaveLength(500)
  const toDraw: Sample[] = []
  const wrong: string[] = []
  let slowestMs = 0
  for (const sample of corpus) {
    const began = performance.now()
    const isThrough = await reachesDecoder(sample)
    if (sample.expect === 'bomb') slowestMs = Math.max(slowestMs, performance.now() - began)
    if (isThrough && sample.expect === 'bomb') wrong.push(`${sample.name}: a bomb reaches the decoder`)
    if (isThrough) toDraw.push(sample)
    else if (sample.expect === 'taken') wrong.push(`${sample.name}: refused by its header`)
  }

  const { drawn, memory } = await drawnInCage(toDraw)
  const residue: string[] = []
  for (const [at, { name, expect: expected, size }] of toDraw.entries()) {
    const { content, thumbnail } = drawn[at] ?? { content: Buffer.alloc(0), thumbnail: Buffer.alloc(0) }
    if (content.length === 0) {
      if (expected === 'taken') wrong.push(`${name}: not drawn`)
      continue
    }
    if (expected === 'refused') wrong.push(`${name}: taken`)
    const { width, height } = await sharp(content).metadata()
    if (size && (width !== size[0] || height !== size[1])) wrong.push(`${name}: ${width} x ${height}`)
    for (const part of [content, thumbnail])
      residue.push(...(await residueIn(part)).map((what) => `${name}: ${what}`))
  }

  const growth = memory.peak - memory.early
  // A process that died, or had to be ended, would have thrown above.
  figure({ id: 'S-65', n: toDraw.length, value: 0, unit: 'process deaths', target: '=0', ok: true })
  const n = corpus.length
  figure({ id: 'S-65', n, value: residue.length, unit: 'residue', target: '=0', ok: residue.length === 0 })
  const bombs = corpus.filter((sample) => sample.expect === 'bomb').length
  const slowest = Math.ceil(slowestMs)
  figure({
    id: 'S-65',
    n: bombs,
    value: slowest,
    unit: 'ms to refuse the slowest bomb',
    target: '<=200',
    ok: slowest <= 200,
  })
  figure({
    id: 'S-65',
    n: toDraw.length,
    value: growth,
    unit: 'MiB more resident',
    target: '<=200',
    ok: growth <= 200,
  })
  expect([residue, wrong]).toEqual([[], []])
  expect(growth).toBeLessThanOrEqual(200)
  expect(slowest).toBeLessThanOrEqual(200)
}, 120_000)
