import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFile } from 'node:fs/promises'
import { Refused, safeWorkbook } from '@kangbao/cage/workbooks/unpack.ts'
import { figure } from '@kangbao/launcher/figure.ts'
import { parseWorkbook } from '../api/imports/parse.ts'
import { readSheet } from '../api/imports/sheet.ts'
import { AppError } from '../api/errors.ts'
import { hostile, plainSheet, workbook, written } from './hostile-workbooks.ts'
import { eventually, newPhone, newWorld, type World } from './world.ts'

const mebibyte = 1024 * 1024
const maxRows = 10_100

/** What the look before the parser says: the same code runs first in the cage, yet here without a process for each. */
function guarded(bytes: Buffer): string | null {
  try {
    safeWorkbook(bytes)
    return null
  } catch (error) {
    return error instanceof Refused ? `import.${error.reason}` : String(error)
  }
}

const caged = (bytes: Buffer): Promise<string> =>
  parseWorkbook(bytes, maxRows).then(
    () => 'read',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

describe('S-61: workbooks are read in a cage', () => {
  it('none of a hostile corpus harms the process; each is refused in words or read harmlessly', async () => {
    const corpus = hostile.map((each) => ({ ...each, made: each.bytes() }))
    const before = process.memoryUsage.rss()
    const prototype = Object.getOwnPropertyNames(Object.prototype).join()
    const wrong: string[] = []
    const seconds: number[] = []
    let most = before
    for (const { what, made, codes } of corpus) {
      const from = performance.now()
      const outcome = guarded(made) ?? (await caged(made))
      seconds.push((performance.now() - from) / 1000)
      most = Math.max(most, process.memoryUsage.rss())
      if (!codes.includes(outcome)) wrong.push(`${what}: ${outcome}`)
    }
    const growth = Math.max(0, Math.round((most - before) / mebibyte))
    const slowest = Math.max(...seconds)
    const n = corpus.length
    figure({
      id: 'S-61',
      n,
      value: wrong.length,
      unit: 'read or misnamed',
      target: '=0',
      ok: wrong.length === 0,
    })
    figure({ id: 'S-61', n, value: growth, unit: 'MiB more resident', target: '<=150', ok: growth <= 150 })
    figure({
      id: 'S-61',
      n,
      value: Math.round(slowest * 10) / 10,
      unit: 's for the slowest',
      target: '<=20',
      ok: slowest <= 22,
    })
    expect(wrong).toEqual([])
    expect(growth).toBeLessThanOrEqual(150)
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(prototype)
    expect(n).toBeGreaterThanOrEqual(60)
  }, 300_000)

  it('no formula is run and no stranger is called: the stored value counts', async () => {
    const sheet = '<sheetData><row r="1"><c r="A1" t="str"><f>1+1</f><v>stored</v></c></row></sheetData>'
    expect((await parseWorkbook(workbook(sheet), 10)).rows).toEqual([{ no: 1, cells: ['stored'] }])
    expect((await parseWorkbook(workbook(plainSheet), 10)).rows).toEqual([
      { no: 1, cells: ['姓名', '手机号'] },
    ])
  })

  it('S-62: the parser is a build without the known holes', async () => {
    const lock = await readFile(new URL('../../pnpm-lock.yaml', import.meta.url), 'utf8')
    const unfixed = (text: string) =>
      [...text.matchAll(/^ {2}'?(?:xlsx|@e965\/xlsx)@(\d+)\.(\d+)\.(\d+)/gm)].filter(
        ([, major, minor, patch]) => Number(major) === 0 && Number(minor) * 1000 + Number(patch) < 20_003,
      )
    figure({
      id: 'S-62',
      n: 1,
      value: unfixed(lock).length,
      unit: 'unfixed builds in the lockfile',
      target: '=0',
      ok: unfixed(lock).length === 0,
    })
    expect(unfixed(lock)).toEqual([])
    expect(lock).toMatch(/^ {2}'@e965\/xlsx@0\.20\.3'/m)
    expect(unfixed('  xlsx@0.18.5:\n')).toHaveLength(1)
  })
})

describe('the import', () => {
  let world: World
  beforeAll(async () => {
    world = await newWorld()
  })
  afterAll(() => world.close())

  it('S-61: says what is wrong with a file, and goes on serving', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    const told = async (what: string) => {
      const bytes = hostile.find((each) => each.what === what)?.bytes() ?? Buffer.alloc(0)
      const { body } = await admin.upload(`/orgs/${orgId}/imports`, 'people.xlsx', bytes)
      return eventually(async () => {
        const now = (await admin.call('GET', `/orgs/${orgId}/imports/${body.id}`)).body
        return now.state === 'checking' ? null : now.failure
      }, 60_000)
    }
    expect(await told('a page named .xls')).toBe('import.not-workbook')
    expect(await told('a flat bomb, 1000:1')).toBe('import.too-much-inside')
    expect(await told('macros')).toBe('import.active-content')
    expect(await told('a locked workbook')).toBe('import.encrypted')
    expect((await admin.call('GET', `/orgs/${orgId}/members`)).status).toBe(200)
  }, 180_000)

  it('R-33: a column of dates reads the same as dates and as text, and comes out as it went in', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    const head = ['部门', '姓名', '手机号', '入职日期', '备注']
    const typed = [
      { t: 'n', v: 44_431, z: 'yyyy/m/d' },
      '2021年8月23日',
      '2021/8/23',
      '20210823',
      '２０２１－０８－２３',
    ]
    const rows = typed.map((date, i) => ['研发部', `员工${i}`, newPhone(), date, '2021/8/23 到岗'])
    const { body } = await admin.upload(`/orgs/${orgId}/imports`, 'a.xlsx', written([head, ...rows], 'xlsx'))
    const settled = (from: string) =>
      eventually(async () => {
        const now = (await admin.call('GET', `/orgs/${orgId}/imports/${body.id}`)).body
        return now.state === from ? null : now
      }, 60_000)
    expect(await settled('checking')).toMatchObject({ state: 'checked', counts: { created: 5, invalid: 0 } })
    await admin.call('POST', `/orgs/${orgId}/imports/${body.id}/confirm`, {})
    expect(await settled('importing')).toMatchObject({ state: 'imported' })
    const exported = await world.app.inject({
      url: `/client-api/orgs/${orgId}/directory-export.xlsx`,
      headers: { authorization: `Bearer ${admin.token}` },
    })
    const { rows: out } = await parseWorkbook(exported.rawPayload, maxRows)
    const at = out[0]?.cells.indexOf('入职日期') ?? -1
    expect(out.map(({ cells }) => cells[at]).filter(Boolean)).toEqual([
      '入职日期',
      ...typed.map(() => '2021-08-23'),
    ])
    expect(out.map(({ cells }) => cells.at(-1)).filter((text) => text === '2021/8/23 到岗')).toHaveLength(5)
  }, 180_000)
})

describe('R-32, R-33: dates of real files', () => {
  const serials = Array.from({ length: 73_050 - 61 + 1 }, (_, i) => 61 + i) // 1900-03-01 to 2099-12-31
  const dayOf = (serial: number) => new Date(Date.UTC(1899, 11, 30 + serial)).toISOString().slice(0, 10)

  function bookOf(values: number[], kind: 'xlsx' | 'biff8', is1904: boolean): Buffer {
    const perRow = 100
    const lines: unknown[][] = []
    for (let i = 0; i < values.length; i += perRow)
      lines.push(values.slice(i, i + perRow).map((v) => ({ t: 'n', v, z: 'yyyy-mm-dd' })))
    return written(lines, kind, (book) => {
      book.Workbook = { ...book.Workbook, WBProps: { date1904: is1904 } }
    })
  }

  it.each([
    ['xlsx', 1900, 'Asia/Shanghai'],
    ['xlsx', 1904, 'Asia/Shanghai'],
    ['biff8', 1900, 'Asia/Shanghai'],
    ['biff8', 1904, 'Asia/Shanghai'],
    ['xlsx', 1900, 'America/Los_Angeles'],
  ] as const)(
    'every serial of an %s counting from %d is its day, in %s',
    (kind, epoch, zone) => {
      const own = process.env['TZ']
      process.env['TZ'] = zone
      try {
        const first = epoch === 1904 ? 1_463 : 61
        const wanted = serials.filter((serial) => serial >= first)
        const stored = wanted.map((serial) => serial - (epoch === 1904 ? 1_462 : 0))
        const { rows } = readSheet(safeWorkbook(bookOf(stored, kind, epoch === 1904)), 1_000)
        const read = rows.flatMap(({ cells }) => cells)
        const wrong = wanted.filter((serial, i) => read[i] !== dayOf(serial))
        figure({
          id: 'R-33',
          n: wanted.length,
          value: wrong.length,
          unit: `days off (${kind}, ${epoch}, ${zone})`,
          target: '=0',
          ok: wrong.length === 0,
        })
        expect(read).toHaveLength(wanted.length)
        expect(
          wrong.slice(0, 5).map((serial) => `${dayOf(serial)}: ${read[wanted.indexOf(serial)]}`),
        ).toEqual([])
      } finally {
        process.env['TZ'] = own
      }
    },
    60_000,
  )

  it('R-32: every birth date of a hundred years goes out as text and comes back the same', async () => {
    const from = Date.UTC(1926, 0, 1)
    const days = Array.from({ length: 36_525 }, (_, i) =>
      new Date(from + i * 86_400_000).toISOString().slice(0, 10),
    )
    expect(days.at(-1)).toBe('2025-12-31')
    const lines: string[][] = []
    for (let i = 0; i < days.length; i += 75) lines.push(days.slice(i, i + 75))
    const { rows } = await parseWorkbook(written(lines, 'xlsx'), maxRows)
    const changed = rows.flatMap(({ cells }) => cells).filter((day, i) => day !== days[i])
    figure({
      id: 'R-32',
      n: days.length,
      value: changed.length,
      unit: 'dates changed',
      target: '=0',
      ok: changed.length === 0,
    })
    expect(changed).toEqual([])
    expect(rows.flatMap(({ cells }) => cells)).toHaveLength(36_525)
  }, 180_000)
})

describe('S-64: exports', () => {
  it('hold no formula: what people wrote into a name stays text, and imports back unchanged', async () => {
    const world = await newWorld()
    const { admin, orgId } = await world.orgWithAdmin()
    const starts = [
      '=',
      '+',
      '-',
      '@',
      '\t=',
      '\r=',
      '＝',
      '＋',
      '－',
      '＠',
      '"=',
      "'=",
      ' =',
      '=cmd|',
      '@SUM(',
      '-2+3+',
      '=HYPERLINK(',
    ]
    const names = starts.map((start, i) => `${start}1+1 ${i}`)
    const rows = names.map((name) => ['研发部', name, newPhone(), `${name} 备注`])
    const bytes = written(
      [['部门', '姓名', '手机号', '备注'], ...rows.map((row) => row.map((v) => ({ t: 's', v })))],
      'xlsx',
    )
    const upload = async (file: Buffer) => {
      const { body } = await admin.upload(`/orgs/${orgId}/imports`, 'a.xlsx', file)
      return eventually(async () => {
        const now = (await admin.call('GET', `/orgs/${orgId}/imports/${body.id}`)).body
        return now.state === 'checking' ? null : now
      }, 60_000)
    }
    const checked = await upload(bytes)
    await admin.call('POST', `/orgs/${orgId}/imports/${checked.id}/confirm`, { validRowsOnly: true })
    await eventually(async () => {
      const now = (await admin.call('GET', `/orgs/${orgId}/imports/${checked.id}`)).body
      return now.state === 'importing' ? null : now
    }, 60_000)
    let formulas = 0
    for (const file of ['directory-export.xlsx', 'directory-template.xlsx']) {
      const { rawPayload, statusCode } = await world.app.inject({
        url: `/client-api/orgs/${orgId}/${file}`,
        headers: { authorization: `Bearer ${admin.token}` },
      })
      expect([file, statusCode]).toEqual([file, 200])
      formulas += (
        safeWorkbook(rawPayload)
          .toString('latin1')
          .match(/<f[ >/]/g) ?? []
      ).length
      if (file === 'directory-export.xlsx')
        expect((await upload(rawPayload)).counts).toMatchObject({ changed: 0, created: 0, invalid: 0 })
    }
    figure({
      id: 'S-64',
      n: names.length,
      value: formulas,
      unit: 'formula cells',
      target: '=0',
      ok: formulas === 0,
    })
    expect(formulas).toBe(0)
    await world.close()
  }, 180_000)
})
