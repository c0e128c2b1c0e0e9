import { deflateRawSync } from 'node:zlib'
import { utils, write, type WorkBook } from 'xlsx'

export interface Part {
  readonly name: string
  readonly content: Buffer | string
  /** What the headers say, when that is not the truth. */
  readonly lie?: { readonly unpacked?: number; readonly name?: string }
  readonly flags?: number
  readonly attributes?: number
  /** Lies over the part before it: both have its bytes. */
  readonly overlaps?: boolean
}

/** A zip with whatever faults its parts ask for. */
export function zipOf(parts: readonly Part[]): Buffer {
  const pieces: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  let last = 0
  for (const part of parts) {
    const content = Buffer.from(part.content)
    const packed = deflateRawSync(content)
    const name = Buffer.from(part.lie?.name ?? part.name)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50)
    local.writeUInt16LE(20, 4)
    local.writeUInt16LE(part.flags ?? 0, 6)
    local.writeUInt16LE(8, 8)
    local.writeUInt32LE(packed.length, 18)
    local.writeUInt32LE(part.lie?.unpacked ?? content.length, 22)
    local.writeUInt16LE(name.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50)
    local.copy(central, 6, 4, 30)
    central.writeUInt32LE(part.attributes ?? 0, 38)
    central.writeUInt32LE(part.overlaps ? last : offset, 42)
    directory.push(central, name)
    if (part.overlaps) continue
    last = offset
    pieces.push(local, name, packed)
    offset += 30 + name.length + packed.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...pieces, listed, end])
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** The parts of a small workbook, with its only sheet's inside as given. */
export function workbookParts(sheet: string, more: readonly Part[] = []): Part[] {
  return [
    {
      name: '[Content_Types].xml',
      content:
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    },
    {
      name: '_rels/.rels',
      content: `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      content: `<?xml version="1.0"?><workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="通讯录" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      content: `<?xml version="1.0"?><worksheet xmlns="${main}">${sheet}</worksheet>`,
    },
    ...more,
  ]
}

export const text = (value: string) => `<is><t>${value}</t></is>`
export const cell = (at: string, value: string) => `<c r="${at}" t="inlineStr">${text(value)}</c>`
export const plainSheet = `<sheetData><row r="1">${cell('A1', '姓名')}${cell('B1', '手机号')}</row></sheetData>`
export const workbook = (sheet = plainSheet, more: readonly Part[] = []) => zipOf(workbookParts(sheet, more))

/** A workbook by the library, in any of its formats. */
export function written(
  lines: unknown[][],
  bookType: 'xlsx' | 'biff8' | 'xlsb' | 'html' | 'csv' | 'ods',
  change?: (book: WorkBook) => void,
): Buffer {
  const book = utils.book_new()
  utils.book_append_sheet(book, utils.aoa_to_sheet(lines), '通讯录')
  change?.(book)
  const bytes: unknown = write(book, { type: 'buffer', bookType })
  if (!Buffer.isBuffer(bytes)) throw new Error('not written')
  return bytes
}

const mebibyte = 1024 * 1024
const people = [
  ['姓名', '手机号'],
  ['张三', '13800138000'],
]
const dtd = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'

/** What comes in, and the codes it may be refused with; `read` where it is harmless and read. */
export interface Hostile {
  readonly what: string
  readonly bytes: () => Buffer
  readonly codes: readonly string[]
}

const notWorkbook = ['import.not-workbook']
const tooMuch = ['import.too-much-inside']
const activeContent = ['import.active-content']
const unreadable = ['import.unreadable']

export const hostile: readonly Hostile[] = [
  { what: 'nothing', bytes: () => Buffer.alloc(0), codes: notWorkbook },
  { what: 'noise', bytes: () => Buffer.alloc(5_000, 'noise'), codes: notWorkbook },
  { what: 'a page named .xls', bytes: () => written(people, 'html'), codes: notWorkbook },
  { what: 'a CSV named .xlsx', bytes: () => written(people, 'csv'), codes: notWorkbook },
  {
    what: 'XML of 2003',
    bytes: () =>
      Buffer.from('<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'),
    codes: notWorkbook,
  },
  {
    what: 'a PDF',
    bytes: () => Buffer.from('%PDF-1.7 and so on, for long enough to be looked at'),
    codes: notWorkbook,
  },
  { what: 'an OpenDocument table', bytes: () => written(people, 'ods'), codes: notWorkbook },
  { what: 'a binary workbook', bytes: () => written(people, 'xlsb'), codes: notWorkbook },
  {
    what: 'a zip of something else',
    bytes: () => zipOf([{ name: 'a.txt', content: 'x' }]),
    codes: notWorkbook,
  },
  {
    what: 'a compound document of something else',
    bytes: () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(4_000)]),
    codes: notWorkbook,
  },
  {
    what: 'the beginning only of a zip',
    bytes: () => Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(4_000)]),
    codes: unreadable,
  },
  { what: 'a cut .xlsx', bytes: () => written(people, 'xlsx').subarray(0, 3_000), codes: unreadable },
  { what: 'a directory cut off', bytes: () => workbook().subarray(0, -30), codes: unreadable },
  {
    what: 'a cut .xls',
    bytes: () => written(people, 'biff8').subarray(0, 2_000),
    codes: ['import.unreadable', 'import.not-workbook'],
  },
  {
    what: 'a flat bomb, 1000:1',
    bytes: () => workbook(plainSheet, [{ name: 'xl/big.xml', content: Buffer.alloc(90 * mebibyte) }]),
    codes: tooMuch,
  },
  {
    what: 'a bomb over the limit',
    bytes: () => workbook(plainSheet, [{ name: 'xl/big.xml', content: Buffer.alloc(120 * mebibyte) }]),
    codes: tooMuch,
  },
  {
    what: 'a bomb that says it is small',
    bytes: () =>
      workbook(plainSheet, [
        { name: 'xl/big.xml', content: Buffer.alloc(90 * mebibyte), lie: { unpacked: 100 } },
      ]),
    codes: tooMuch,
  },
  {
    what: 'a part that says it is larger',
    bytes: () => workbook(plainSheet, [{ name: 'xl/a.xml', content: 'x', lie: { unpacked: 100 } }]),
    codes: unreadable,
  },
  {
    what: 'parts that share their bytes',
    bytes: () =>
      workbook(plainSheet, [
        { name: 'xl/a.xml', content: 'x'.repeat(1_000) },
        { name: 'xl/b.xml', content: 'x'.repeat(1_000), overlaps: true },
      ]),
    codes: unreadable,
  },
  {
    what: 'a zip in a zip in a zip',
    bytes: () =>
      workbook(plainSheet, [
        {
          name: 'xl/a.xml',
          content: zipOf([
            { name: 'b.xml', content: zipOf([{ name: 'c.xml', content: Buffer.alloc(mebibyte) }]) },
          ]),
        },
      ]),
    codes: ['read'],
  },
  {
    what: 'a thousand parts',
    bytes: () =>
      workbook(
        plainSheet,
        Array.from({ length: 1_000 }, (_, i) => ({ name: `xl/p${i}.xml`, content: 'x' })),
      ),
    codes: tooMuch,
  },
  {
    what: 'a part twice',
    bytes: () => workbook(plainSheet, [{ name: 'xl/workbook.xml', content: 'x' }]),
    codes: unreadable,
  },
  {
    what: 'a climb out',
    bytes: () => workbook(plainSheet, [{ name: '../../etc/cron.d/x.xml', content: 'x' }]),
    codes: unreadable,
  },
  {
    what: 'a climb out by backslash',
    bytes: () => workbook(plainSheet, [{ name: '..\\..\\x.xml', content: 'x' }]),
    codes: unreadable,
  },
  {
    what: 'an absolute name',
    bytes: () => workbook(plainSheet, [{ name: '/etc/passwd.xml', content: 'x' }]),
    codes: unreadable,
  },
  {
    what: 'a link',
    bytes: () => workbook(plainSheet, [{ name: 'xl/l.xml', content: '/etc/passwd', attributes: 0xa1ff0000 }]),
    codes: unreadable,
  },
  {
    what: 'locked parts',
    bytes: () => workbook(plainSheet, [{ name: 'xl/a.xml', content: 'x', flags: 1 }]),
    codes: ['import.encrypted'],
  },
  {
    what: 'a locked workbook',
    bytes: () =>
      Buffer.concat([
        Buffer.from('d0cf11e0a1b11ae1', 'hex'),
        Buffer.alloc(1_000),
        Buffer.from('EncryptedPackage', 'utf16le'),
      ]),
    codes: ['import.encrypted'],
  },
  {
    what: 'macros',
    bytes: () => workbook(plainSheet, [{ name: 'xl/vbaProject.bin', content: 'x' }]),
    codes: activeContent,
  },
  {
    what: 'macro sheets',
    bytes: () => workbook(plainSheet, [{ name: 'xl/macrosheets/sheet1.xml', content: 'x' }]),
    codes: activeContent,
  },
  {
    what: 'macros in an .xls',
    bytes: () => Buffer.concat([written(people, 'biff8'), Buffer.from('_VBA_PROJECT_CUR', 'utf16le')]),
    codes: activeContent,
  },
  {
    what: 'links to other files',
    bytes: () => workbook(plainSheet, [{ name: 'xl/externalLinks/externalLink1.xml', content: 'x' }]),
    codes: activeContent,
  },
  {
    what: 'embedded objects',
    bytes: () => workbook(plainSheet, [{ name: 'xl/embeddings/oleObject1.bin', content: 'x' }]),
    codes: activeContent,
  },
  {
    what: 'ActiveX',
    bytes: () => workbook(plainSheet, [{ name: 'xl/activeX/activeX1.xml', content: 'x' }]),
    codes: activeContent,
  },
  {
    what: 'an entity that reads a file',
    bytes: () =>
      workbook(plainSheet, [
        {
          name: 'xl/sharedStrings.xml',
          content:
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst>&f;</sst>',
        },
      ]),
    codes: activeContent,
  },
  { what: 'entities that grow', bytes: () => workbook(`${dtd}${plainSheet}`), codes: activeContent },
  {
    what: 'entities in UTF-16',
    bytes: () =>
      workbook(plainSheet, [
        { name: 'xl/sharedStrings.xml', content: Buffer.from(`\ufeff${dtd}<sst/>`, 'utf16le') },
      ]),
    codes: activeContent,
  },
  {
    what: 'a cell at the far end',
    bytes: () =>
      workbook(
        `<sheetData><row r="1">${cell('A1', 'x')}</row><row r="1048576">${cell('XFD1048576', 'far')}</row></sheetData>`,
      ),
    codes: ['read', 'import.too-many-rows'],
  },
  {
    what: 'a range that names all cells',
    bytes: () => workbook(`<dimension ref="A1:XFD1048576"/>${plainSheet}`),
    codes: ['read'],
  },
  {
    what: 'a range of a billion rows',
    bytes: () => workbook(`<dimension ref="A1:XFD1000000000"/>${plainSheet}`),
    codes: ['read'],
  },
  {
    what: 'a row of a billion',
    bytes: () => workbook(`<sheetData><row r="1000000000">${cell('A1000000000', 'x')}</row></sheetData>`),
    codes: ['read', 'import.too-many-rows', 'import.unreadable'],
  },
  {
    what: 'a million empty rows',
    bytes: () =>
      workbook(
        `<sheetData>${Array.from({ length: 1_000_000 }, (_, i) => `<row r="${i + 1}"/>`).join('')}</sheetData>`,
      ),
    codes: ['read', 'import.too-many-rows', 'import.too-much-inside'],
  },
  {
    what: 'sixteen thousand merges',
    bytes: () =>
      workbook(
        `${plainSheet}<mergeCells>${Array.from({ length: 16_000 }, (_, i) => `<mergeCell ref="A${i + 1}:Z${i + 1}"/>`).join('')}</mergeCells>`,
      ),
    codes: ['read'],
  },
  {
    what: 'a merge over all cells',
    bytes: () => workbook(`${plainSheet}<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>`),
    codes: ['read'],
  },
  {
    what: 'deep nesting',
    bytes: () =>
      workbook(
        `<sheetData><row r="1"><c r="A1" t="inlineStr">${'<is>'.repeat(50_000)}${'</is>'.repeat(50_000)}</c></row></sheetData>`,
      ),
    codes: ['read', 'import.unreadable', 'import.too-much-inside'],
  },
  {
    what: 'no end of open tags',
    bytes: () => workbook('<sheetData><row r="1">'.repeat(50_000)),
    codes: ['read', 'import.unreadable', 'import.too-much-inside'],
  },
  {
    what: 'text that kills regular expressions',
    bytes: () =>
      workbook(
        `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t${' '.repeat(60_000)}x</t></is></c></row></sheetData>`,
      ),
    codes: ['read', 'import.unreadable', 'import.too-much-inside'],
  },
  {
    what: 'a comment without an end',
    bytes: () => workbook(`${'<!--'.repeat(40_000)}${plainSheet}`),
    codes: ['read', 'import.unreadable', 'import.too-much-inside'],
  },
  {
    what: 'headings named after what objects have',
    bytes: () =>
      written(
        [
          ['__proto__', 'constructor', 'prototype', '姓名'],
          ['{"polluted":1}', 'x', 'y', 'z'],
        ],
        'xlsx',
      ),
    codes: ['read'],
  },
  {
    what: 'a sheet named __proto__',
    bytes: () =>
      zipOf(
        workbookParts(plainSheet).map((part) => ({
          ...part,
          content: String(part.content).replace('通讯录', '__proto__'),
        })),
      ),
    codes: ['read', 'import.unreadable'],
  },
  {
    what: 'a part named __proto__',
    bytes: () =>
      workbook(plainSheet, [
        { name: '__proto__/x.xml', content: 'x' },
        { name: 'xl/__proto__.xml', content: 'x' },
      ]),
    codes: ['read'],
  },
  {
    what: 'no sheet at all',
    bytes: () => zipOf(workbookParts('').slice(0, 4)),
    codes: ['read', 'import.unreadable'],
  },
  {
    what: 'a sheet that is no XML',
    bytes: () => workbook('\u0001\u0002<<<>>>&&&;'),
    codes: ['read', 'import.unreadable'],
  },
  {
    what: 'a broken compression',
    bytes: () => {
      const bytes = workbook()
      bytes.fill(0xff, 100, 160)
      return bytes
    },
    codes: unreadable,
  },
  {
    what: 'a formula',
    bytes: () =>
      workbook(
        '<sheetData><row r="1"><c r="A1" t="str"><f>WEBSERVICE("http://127.0.0.1:9/")</f><v>cached</v></c></row></sheetData>',
      ),
    codes: ['read'],
  },
  {
    what: 'sixty-four thousand styles',
    bytes: () =>
      workbook(plainSheet, [
        {
          name: 'xl/styles.xml',
          content: `<styleSheet><cellXfs>${'<xf numFmtId="14"/>'.repeat(64_000)}</cellXfs></styleSheet>`,
        },
      ]),
    codes: ['read', 'import.too-much-inside'],
  },
  {
    what: 'a number format without an end',
    bytes: () =>
      workbook('<sheetData><row r="1"><c r="A1" s="0"><v>44431</v></c></row></sheetData>', [
        {
          name: 'xl/styles.xml',
          content: `<styleSheet><numFmts><numFmt numFmtId="200" formatCode="${'[h]'.repeat(20_000)}"/></numFmts><cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>`,
        },
      ]),
    codes: ['read', 'import.unreadable', 'import.too-much-inside'],
  },
  {
    what: 'an .xls full of noise',
    bytes: () => {
      const bytes = written(people, 'biff8')
      for (let i = 600; i < bytes.length; i += 7) bytes[i] = (i * 31) & 255
      return bytes
    },
    codes: ['read', 'import.unreadable', 'import.not-workbook', 'import.too-much-inside', 'import.encrypted'],
  },
  {
    what: 'an .xls whose sectors go round in a ring',
    bytes: () => {
      const bytes = written(people, 'biff8')
      bytes.fill(0, 512, 1_024)
      return bytes
    },
    codes: ['read', 'import.unreadable', 'import.not-workbook', 'import.too-much-inside'],
  },
  {
    what: 'twelve shared strings of eight megabytes',
    bytes: () =>
      workbook(plainSheet, [
        {
          name: 'xl/sharedStrings.xml',
          content: `<sst>${`<si><t>${Buffer.alloc(8 * mebibyte, 'abcdefghij').toString()}</t></si>`.repeat(12)}</sst>`,
        },
      ]),
    codes: ['read', 'import.too-much-inside'],
  },
]
