import type { FrameLocator, Locator, Page } from '@playwright/test'
import { expect } from './journey.ts'

/** The mini-app on screen: open apps stay alive behind it, each in a frame of its own. */
export const miniApp = (page: Page): FrameLocator => page.frameLocator('iframe:visible')

export const appAtWorkbench = (page: Page, name: string): Locator =>
  page.getByRole('link', { name, exact: true })

/** Opens an app as people do: workbench, then its icon. */
export async function openFromWorkbench(page: Page, app: string): Promise<FrameLocator> {
  await page.goto('/workbench')
  await appAtWorkbench(page, app).click()
  await expect(page.getByRole('heading', { level: 1, name: app })).toBeVisible()
  return miniApp(page)
}

/** Opens the newest work notification of an app in chat and taps its card. */
export async function openCardInChat(page: Page, app: string, card: RegExp): Promise<FrameLocator> {
  await page.goto('/messages')
  await page.getByRole('link', { name: app }).click()
  await page.getByRole('log').getByRole('button', { name: card }).last().click()
  return miniApp(page)
}
