import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as xlsx from 'xlsx'
import { workbook, type Cell } from './workbook.ts'
import { zipped, ZipTooLarge } from './zip-stream.ts'

const made = '2026-03-02 09:30'

async function read(rows: readonly (readonly Cell[])[], rowsPerSheet?: number) {
  const sheet = { name: '答卷', rows, widths: [12], foot: 'A & B' }
  const bytes = await buffer(Readable.from(zipped(workbook([sheet], rowsPerSheet), made)))
  return xlsx.read(bytes, { cellFormula: true, dense: false })
}
const tableOf = (book: xlsx.WorkBook, name = '答卷') => {
  const sheet = book.Sheets[name]
  if (!sheet) throw new Error(`no sheet ${name}`)
  return xlsx.utils.sheet_to_json<Cell[]>(sheet, { header: 1, defval: '', blankrows: true })
}

describe('Z-36: a workbook', () => {
  it('is read back as it was written: numbers as numbers, texts as texts', async () => {
    const rows = [
      ['姓名', '体温', '备注'],
      ['张三', 36.5, '<b> & "引号"\n第二行'],
      ['李四', -1, ''],
      ['😀', 0, ' 前后空格 '],
    ]
    expect(tableOf(await read(rows))).toEqual(rows)
  })

  it('goes on on the next sheet where one is full, with its heading', async () => {
    const rows: Cell[][] = [['n'], ...Array.from({ length: 7 }, (_, i) => [i])]
    const book = await read(rows, 4)
    expect(book.SheetNames).toEqual(['答卷', '答卷 2', '答卷 3'])
    expect(book.SheetNames.map((name) => tableOf(book, name))).toEqual([
      [['n'], [0], [1], [2]],
      [['n'], [3], [4], [5]],
      [['n'], [6]],
    ])
  })

  it('with nothing below its heading is a sheet all the same', async () => {
    expect(tableOf(await read([['姓名']]))).toEqual([['姓名']])
  })

  it('S-64: holds no formula, whatever a text begins with', async () => {
    const start = fc.constantFrom('=', '+', '-', '@', '\t=', '\r', '\u0000=', '＝', '"=', "'=", '')
    const text = fc.tuple(start, fc.string({ unit: 'binary' })).map(([first, rest]) => `${first}${rest}`)
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (texts) => {
        const book = await read([['备注'], ...texts.map((each) => [each])])
        const cells = Object.entries(book.Sheets['答卷'] ?? {}).filter(([place]) => !place.startsWith('!'))
        for (const [, cell] of cells) expect(cell).not.toHaveProperty('f')
        expect(cells.every(([, cell]) => (cell as xlsx.CellObject).t === 's')).toBe(true)
      }),
      { numRuns: 30 },
    )
  })
})

describe('R-46: a zip', () => {
  it('ends when it grows beyond its limit', async () => {
    const noise = Array.from({ length: 64 }, (_, i) => Buffer.alloc(1_024, `${i}${Math.sin(i)}`))
    const making = async () => {
      for await (const piece of zipped([{ name: 'a', content: noise }], made, 200)) void piece
    }
    await expect(making()).rejects.toThrow(ZipTooLarge)
  })

  it('breaks off with what broke its content', async () => {
    async function* broken() {
      yield 'a'
      throw new Error('no more')
    }
    const making = async () => {
      for await (const piece of zipped([{ name: 'a', content: broken() }], made)) void piece
    }
    await expect(making()).rejects.toThrow('no more')
  })
})
