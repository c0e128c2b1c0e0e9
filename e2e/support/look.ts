import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'

/** With LOOK_AT naming a folder, keeps a picture of the screen in light and dark, for eyes; nothing is compared. */
export async function look(page: Page, name: string): Promise<void> {
  const folder = process.env['LOOK_AT']
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), animations: 'disabled' })
  }
}

/** The same on the narrowest phone; without LOOK_AT the screen keeps its size, since nobody looks. */
export async function lookNarrow(page: Page, name: string): Promise<void> {
  const size = page.viewportSize()
  if (!process.env['LOOK_AT'] || !size) return
  await page.setViewportSize({ width: 320, height: 640 })
  await look(page, name)
  await page.setViewportSize(size)
}
