import { randomInt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import * as xlsx from 'xlsx'
import { expect, newPhone } from './journey.ts'

type Files = Parameters<Page['setInputFiles']>[1]

/** Gives a file to the import page and waits until it is checked, or refused. */
export async function uploadContactBook(page: Page, file: Files): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: '上传文件' }).click()
  await (await chooser).setFiles(file as string)
  await expect(page.getByRole('heading', { name: /^(检查结果|无法读取)/ })).toBeVisible({ timeout: 60_000 })
}

/** The counts the check shows, by their labels. */
export async function countsOf(page: Page): Promise<Record<string, number>> {
  const labels = await page.getByRole('term').allTextContents()
  const numbers = await page.getByRole('definition').allTextContents()
  return Object.fromEntries(labels.map((label, i) => [label.trim(), Number(numbers[i])]))
}

/** The number in a cell, or none; some are typed in full-width digits, as people do. */
const phoneIn = (cell: unknown): string | undefined => /^1\d{10}$/.exec(String(cell).normalize('NFKC'))?.[0]

/**
 * The contact book of 300 with phones nobody has: those of the fixture are people of other journeys as well, and whoever
 * has signed in anywhere is no newcomer. Wrong rows stay wrong.
 * @returns the path of an .xlsx file.
 */
export function newcomersBook(): string {
  const book = xlsx.read(readFileSync(new URL('../fixtures/directory-300.xlsx', import.meta.url)))
  const phones = new Map<string, string>()
  const fresh = (phone: string) => {
    const known = phones.get(phone) ?? newPhone()
    phones.set(phone, known)
    return known
  }
  for (const name of book.SheetNames) {
    const rows = xlsx.utils.sheet_to_json<unknown[]>(book.Sheets[name] ?? {}, { header: 1, defval: '' })
    book.Sheets[name] = xlsx.utils.aoa_to_sheet(
      rows.map((row) =>
        row.map((cell) => {
          const phone = phoneIn(cell)
          return phone ? fresh(phone) : cell
        }),
      ),
    )
  }
  return written(book)
}

/** A correct contact book of so many newcomers. @returns the path of an .xlsx file. */
export function bigBook(people: number): string {
  const first = randomInt(10_000_000, 90_000_000 - people)
  const rows = Array.from({ length: people }, (_, i) => [
    `员工${i + 1}`,
    `137${first + i}`,
    `生产部-${(i % 40) + 1}班`,
  ])
  return writeBook([['姓名', '手机号', '部门'], ...rows])
}

/** An .xlsx file of these rows, there until the process ends; its path. */
export function writeBook(rows: readonly (readonly string[])[]): string {
  return written(xlsx.utils.book_new(xlsx.utils.aoa_to_sheet(rows.map((row) => [...row])), '通讯录'))
}

const folders: string[] = []
process.once('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

function written(book: xlsx.WorkBook): string {
  const folder = mkdtempSync(join(tmpdir(), 'kangbao-book-'))
  folders.push(folder)
  const file = join(folder, 'directory.xlsx')
  writeFileSync(file, xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer) // by its `type`
  return file
}
