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

/**
 * Opens the forms mini-app where admins manage forms. Both of its tabs list forms by the same
 * names, so a tap before the second one has come would open a form to fill.
 */
export async function openFormsToManage(page: Page): Promise<FrameLocator> {
  const app = await openFromWorkbench(page, '智能填表')
  await app.getByRole('link', { name: '管理' }).click()
  await expect(page.getByRole('heading', { level: 1, name: '管理表单' })).toBeVisible()
  return app
}

/** Opens the newest work notification of an app in chat and taps its card. */
export async function openCardInChat(page: Page, app: string, card: RegExp): Promise<FrameLocator> {
  await page.goto('/messages')
  await page.getByRole('link', { name: app }).click()
  await page.getByRole('log').getByRole('button', { name: card }).last().click()
  return miniApp(page)
}
