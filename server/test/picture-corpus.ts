import sharp, { type Sharp } from 'sharp'
import { bitPng, canary, heic, pdf, phonePhoto, pngChunk, talkativePng } from './pictures.ts'

type Format = 'jpeg' | 'png' | 'webp'
const formats: readonly Format[] = ['jpeg', 'png', 'webp']

export interface Sample {
  readonly name: string
  readonly bytes: Buffer
  /** `taken`: it has to come out; `refused`: it must not; `either`: damaged so that both are right. */
  readonly expect: 'taken' | 'refused' | 'bomb' | 'either'
  /** As it has to come out, upright. */
  readonly size?: readonly [width: number, height: number]
}

const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at))
const text = (value: string) => Buffer.from(value, 'latin1')
const script = `<script>alert('${canary}')</script>`

/** 500 pictures as they come, and as somebody makes them who means harm. Always the same ones. */
export async function pictureCorpus(): Promise<Sample[]> {
  const photos = new Map<Format, Buffer>()
  for (const format of formats) photos.set(format, await phonePhoto({ format, width: 64, height: 48 }))
  const photo = (format: Format): Buffer => photos.get(format) ?? Buffer.alloc(0)
  return [
    ...(await cameras()),
    ...jpegExtras(photo('jpeg')),
    ...pngExtras(await plain('png')),
    ...webpExtras(photo('webp')),
    ...polyglots(photo),
    ...(await otherKinds()),
    ...bombs(),
    ...(await animations()),
    ...cut(photo),
    ...flipped(photo),
  ]
}

const drawing = (): Sharp => sharp({ create: { width: 40, height: 30, channels: 3, background: '#2f6fdb' } })
const plain = (format: 'png' | 'gif' | 'tiff' | 'avif'): Promise<Buffer> =>
  drawing().toFormat(format).toBuffer()

/** 120: each format, each way up, with place, device, note, XMP, colour profile. */
async function cameras(): Promise<Sample[]> {
  const all: Sample[] = []
  for (const format of formats)
    for (let orientation = 1; orientation <= 8; orientation += 1)
      for (const [at, profile] of ['srgb', 'p3', 'srgb', 'p3', 'srgb'].entries()) {
        const [width, height] = [60 + 4 * at, 40]
        const photo = await phonePhoto({ format, width, height, hue: 72 * at })
        const bytes = await sharp(photo)
          .keepMetadata()
          .withMetadata({ orientation })
          .withIccProfile(profile)
          .toFormat(format)
          .toBuffer()
        const size = orientation >= 5 ? ([height, width] as const) : ([width, height] as const)
        all.push({ name: `${format} ${orientation} ${profile} ${at}`, bytes, expect: 'taken', size })
      }
  return all
}

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}

/** 40: previews, comments and papers in the segments of a JPEG. */
function jpegExtras(photo: Buffer): Sample[] {
  const kinds: readonly (readonly [string, (at: number) => Buffer])[] = [
    ['comment', (at) => segment(0xfe, text(`${at} ${script}`))],
    ['preview', (at) => segment(0xe1, Buffer.concat([text(`Exif\0\0MM\0*\0\0\0\b${canary}${at}`), photo]))],
    ['photoshop', (at) => segment(0xed, text(`Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x20${canary}${at}`))],
    ['flashpix', (at) => segment(0xe2, text(`FPXR\0${canary}${at}`))],
    ['maker', (at) => segment(0xe0 + 3 + (at % 10), text(`${canary}${at}`))],
  ]
  return kinds.flatMap(([kind, make]) =>
    times(8, (at) => ({
      name: `jpeg ${kind} ${at}`,
      bytes: Buffer.concat([photo.subarray(0, 2), ...times(1 + (at % 3), () => make(at)), photo.subarray(2)]),
      expect: 'taken' as const,
    })),
  )
}

/** 30: texts and private chunks of a PNG, before and after the picture. */
function pngExtras(photo: Buffer): Sample[] {
  const kinds: readonly (readonly [string, string])[] = [
    ['tEXt', `Comment\0${script}`],
    ['iTXt', `XML:com.adobe.xmp\0\0\0\0\0<x>${canary}</x>`],
    ['eXIf', `MM\0*\0\0\0\b\0\0\0\0\0\0${canary}`],
    ['prVt', canary],
    ['zzZz', script],
  ]
  const headEnd = 33
  const tailStart = photo.length - 12
  const inserted = kinds.flatMap(([type, body]) =>
    times(5, (at) => {
      const chunk = pngChunk(type, text(`${body}${at}`))
      const place = at % 2 ? tailStart : headEnd
      const bytes = Buffer.concat([photo.subarray(0, place), chunk, photo.subarray(place)])
      return { name: `png ${type} ${at}`, bytes, expect: 'taken' as const }
    }),
  )
  const talkative = talkativePng()
  return [
    ...inserted,
    ...times(5, (at) => ({ name: `png texts ${at}`, bytes: talkative, expect: 'taken' as const })),
  ]
}

/** 20: chunks of a WebP that say more than the picture. */
function webpExtras(photo: Buffer): Sample[] {
  return ['JUNK', 'META', 'EXIF', 'XMP '].flatMap((type) =>
    times(5, (at) => {
      const body = text(`${canary}${'x'.repeat(2 * at + 1)}`)
      const chunk = Buffer.concat([text(type), Buffer.alloc(4), body, Buffer.alloc(body.length % 2)])
      chunk.writeUInt32LE(body.length, 4)
      const bytes = Buffer.concat([photo, chunk])
      bytes.writeUInt32LE(bytes.length - 8, 4)
      return { name: `webp ${type} ${at}`, bytes, expect: 'either' as const }
    }),
  )
}

/** 40: a picture that is something else as well to whoever reads on. */
function polyglots(photo: (format: Format) => Buffer): Sample[] {
  const others = [
    `<html>${script}</html>`,
    `<?php system('${canary}') ?>`,
    `PK\x03\x04${canary}`,
    pdf(canary).toString('latin1'),
    `MZ${canary}`,
    `*/alert("${canary}")/*`,
    `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`,
    `GIF89a${canary}`,
    `#!/bin/sh\necho ${canary}`,
    '\0'.repeat(5_000) + canary,
  ]
  return times(40, (at) => {
    const format = formats[at % 3] ?? 'jpeg'
    const bytes = Buffer.concat([photo(format), text(others[at % others.length] ?? '')])
    return { name: `polyglot ${format} ${at}`, bytes, expect: 'taken' as const }
  })
}

/** 60: other kinds, whatever they are called. */
async function otherKinds(): Promise<Sample[]> {
  const svg = (body: string) =>
    text(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${body}</svg>`)
  const made = [await plain('gif'), await plain('tiff'), await plain('avif')]
  const kinds: readonly Buffer[] = [
    ...made,
    svg(script),
    svg('<image href="file:///etc/passwd"/>'),
    text(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "${canary}">]><svg>&a;</svg>`),
    text(`<html>${script}</html>`),
    pdf(canary),
    text(`PK\x03\x04\x14\0${canary}`),
    text(`MZ\x90\0${canary}`),
    text(`BM${'\0'.repeat(60)}${canary}`),
    heic(),
    heic('mif1'),
    text(`P6\n2 2\n255\n${'x'.repeat(12)}`),
    text(`\0\0\x01\0\x01\0${canary}`),
    Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), Buffer.alloc(100)]),
    text(`push graphic-context\nfill 'url(https://evil.example/${canary})'`),
    text(`%!PS-Adobe-3.0\n(${canary}) show`),
    text(canary),
    Buffer.alloc(3_000),
  ]
  return times(60, (at) => ({
    name: `kind ${at % kinds.length}`,
    bytes: Buffer.concat([kinds[at % kinds.length] ?? Buffer.alloc(1), Buffer.alloc(Math.floor(at / 20))]),
    expect: 'refused' as const,
  }))
}

/** 30: more pixels than memory, truly or by their word. */
function bombs(): Sample[] {
  const jpegHead = (width: number, height: number) => {
    const frame = Buffer.from([
      0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1,
    ])
    frame.writeUInt16BE(height, 7)
    frame.writeUInt16BE(width, 9)
    return Buffer.concat([frame, Buffer.alloc(200)])
  }
  const webpHead = (width: number, height: number) => {
    const head = Buffer.concat([text('RIFF\0\0\0\0WEBPVP8X'), Buffer.alloc(200)])
    head.writeUInt32LE(head.length - 8, 4)
    head.writeUInt32LE(10, 16)
    head.writeUIntLE(width - 1, 24, 3)
    head.writeUIntLE(height - 1, 27, 3)
    return head
  }
  const sides: readonly (readonly [number, number])[] = [
    [30_000, 30_000],
    [65_535, 65_535],
    [6_401, 6_250],
    [65_535, 700],
    [700, 65_535],
    [16_383, 16_383],
    [40_000, 1_001],
  ]
  const declared = sides.flatMap(([width, height]) => [
    jpegHead(width, height),
    webpHead(width, height),
    bitPng(8, 8, { width, height }),
    bitPng(8, 8, { width: width * 2, height: height * 3 }),
  ])
  const real = [bitPng(10_000, 10_000), bitPng(20_000, 2_500)]
  return [...declared, ...real].map((bytes, at) => ({ name: `bomb ${at}`, bytes, expect: 'bomb' as const }))
}

/** 20: several pictures in one; the first counts. */
async function animations(): Promise<Sample[]> {
  const all: Sample[] = []
  for (let at = 0; at < 10; at += 1) {
    const pictures = await Promise.all(
      times(2 + (at % 3), (n) => phonePhoto({ format: 'png', width: 40, height: 30, hue: 40 * n })),
    )
    const bytes = await sharp(pictures, { join: { animated: true } })
      .webp({ loop: 0 })
      .toBuffer()
    all.push({ name: `animated webp ${at}`, bytes, expect: 'taken', size: [40, 30] })
  }
  const still = await plain('png')
  for (let at = 0; at < 10; at += 1) {
    const control = Buffer.alloc(8)
    control.writeUInt32BE(2 + at)
    const bytes = Buffer.concat([still.subarray(0, 33), pngChunk('acTL', control), still.subarray(33)])
    all.push({ name: `animated png ${at}`, bytes, expect: 'taken', size: [40, 30] })
  }
  return all
}

/** 90: broken off at every thirtieth. */
const cut = (photo: (format: Format) => Buffer): Sample[] =>
  formats.flatMap((format) =>
    times(30, (at) => {
      const whole = photo(format)
      const bytes = whole.subarray(0, Math.floor((whole.length * at) / 30) + 1)
      return { name: `cut ${format} ${at}`, bytes, expect: 'either' as const }
    }),
  )

/** 50: a few bits turned, at places that do not change from run to run. */
const flipped = (photo: (format: Format) => Buffer): Sample[] =>
  times(50, (at) => {
    const format = formats[at % 3] ?? 'jpeg'
    const bytes = Buffer.from(photo(format))
    for (let n = 0; n <= at % 4; n += 1) {
      const place = 12 + ((at * 7_919 + n * 104_729) % (bytes.length - 12))
      bytes[place] = (bytes[place] ?? 0) ^ (1 << ((at + n) % 8))
    }
    return { name: `flipped ${format} ${at}`, bytes, expect: 'either' as const }
  })
