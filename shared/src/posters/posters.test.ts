import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitted, wrapped } from './fit-text.ts'
import { picturePdf, picturesPdf } from './picture-pdf.ts'

const latin = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
const facts = { width: 4, height: 3, title: '健康上报（A）', lang: 'zh-CN' }

describe('Z-32: a poster as PDF', () => {
  it('every object begins where the table says, and the table where the end says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (jpeg) => {
        const text = latin(picturePdf(Uint8Array.from(jpeg), facts))
        const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1])
        expect(text.slice(start, start + 5)).toBe('xref\n')
        const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) => Number(at))
        expect(offsets).toHaveLength(6)
        offsets.forEach((at, i) => expect(text.slice(at).startsWith(`${i + 1} 0 obj\n`)).toBe(true))
      }),
    )
  })

  it('has a page for each picture, in their order', () => {
    const sheets = [1, 2, 3].map((mark) => Uint8Array.of(0xff, mark, 0xd9))
    const text = latin(picturesPdf(sheets, facts))
    expect(text).toContain('/Kids [4 0 R 7 0 R 10 0 R] /Count 3')
    const pictures = [...text.matchAll(/\/Length 3 >>\nstream\n(...)\nendstream/gs)].map(([, bytes]) => bytes)
    expect(pictures).toEqual(sheets.map(latin))
    for (const [, page, picture] of text.matchAll(/(\d+) 0 obj\n<< \/Type \/Page .*\/Poster (\d+) 0 R/g))
      expect(Number(picture)).toBe(Number(page) + 2)
  })

  it('holds the picture byte by byte, its size, and a title in any script', () => {
    const jpeg = Uint8Array.of(0xff, 0xd8, 0x00, 0x0a, 0x0d, 0xff, 0xd9)
    const text = latin(picturePdf(jpeg, facts))
    expect(text).toContain('/Width 4 /Height 3')
    expect(text).toContain(`/Length 7 >>\nstream\n${latin(jpeg)}\nendstream`)
    expect(text).toContain('/Title <feff5065')
  })
})

describe('Z-32: texts of a poster', () => {
  const letters = (text: string) => [...text].length

  it('Chinese breaks anywhere, words stay whole', () => {
    expect(wrapped('郑州市企业员工健康上报', 4, letters)).toEqual(['郑州市企', '业员工健', '康上报'])
    expect(wrapped('Health report of the day', 10, letters)).toEqual(['Health', 'report of', 'the day'])
    expect(wrapped('  ', 4, letters)).toEqual([])
  })

  it('nothing is lost by breaking, and no line that could be broken is too wide', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('健', '康', 'a', 'bc', ' ', '，'), { maxLength: 40 }),
        fc.integer({ min: 2, max: 12 }),
        (parts, width) => {
          const text = parts.join('')
          const lines = wrapped(text, width, letters)
          expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
          for (const line of lines) if (letters(line) > width) expect(line).toMatch(/^[a-z]+$/)
        },
      ),
    )
  })

  it('a long title is set smaller', () => {
    const measure = (text: string, size: number) => letters(text) * size
    expect(fitted('健康上报', measure, { most: 1, size: 100, width: 400 })).toEqual({
      size: 100,
      lines: ['健康上报'],
    })
    // Eleven letters where ten have room: smaller, not one alone on a second line.
    expect(fitted('郑州市企业员工健康上报', measure, { most: 3, size: 100, width: 1000 }).lines).toHaveLength(
      1,
    )
    const long = fitted('健'.repeat(30), measure, { most: 3, size: 100, width: 800 })
    expect(long.lines.length).toBeLessThanOrEqual(3)
    expect(long.size).toBeLessThan(100)
  })
})
