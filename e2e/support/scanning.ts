import type { Locator, Page } from '@playwright/test'

/** Pastes the text of a code into the scan page. */
export async function pasteCode(page: Page, text: string): Promise<void> {
  await page.getByLabel('粘贴二维码内容或链接').fill(text)
  await page.getByRole('button', { name: '确定' }).click()
}

/** Gives the scan page a picture of a code, as a photo from the album. */
export async function scanPicture(page: Page, picture: Buffer): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: '从图片识别' }).click()
  await (await chooser).setFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture })
}

/** A photo of a code shown on another screen. */
export const photoOf = (code: Locator): Promise<Buffer> => code.screenshot()
