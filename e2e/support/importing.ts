import type { Page } from '@playwright/test'
import { expect } from './journey.ts'

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
