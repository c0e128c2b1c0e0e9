import type { FrameLocator, Locator, Page } from '@playwright/test'
import { expect } from './journey.ts'

export const appAtWorkbench = (page: Page, name: string): Locator =>
  page.getByRole('link', { name, exact: true })

/** Opens an app from the workbench; what is returned is the app's own page. */
export async function openApp(page: Page, name: string): Promise<FrameLocator> {
  await appAtWorkbench(page, name).click()
  return page.locator('iframe:visible').contentFrame()
}

export async function backToWorkbench(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/workbench$/)
  await expect(page.getByRole('button', { name: /^当前团队/ })).toBeVisible()
}
