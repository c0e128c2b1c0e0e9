import type { FrameLocator, Page } from '@playwright/test'
import { isFilesAnswer, type Answers } from '@kangbao/shared/forms/answers.ts'
import { expect } from './journey.ts'

/** Names of the files in these answers, in the order of the form. */
export function fileNamesIn(answers: Answers): string[] {
  return Object.values(answers).flatMap((value) =>
    isFilesAnswer(value) ? value.files.map(({ name }) => name) : [],
  )
}

/** Writes across the pad, which lies on its side on an upright phone. */
export async function sign(page: Page, app: FrameLocator | Page): Promise<void> {
  const pad = app.getByRole('img', { name: /^签名板/ })
  const box = await pad.boundingBox()
  if (!box) throw new Error('no pad')
  const at = (across: number, down: number) =>
    page.mouse.move(box.x + box.width * across, box.y + box.height * down, { steps: 5 })
  await at(0.3, 0.2)
  await page.mouse.down()
  await at(0.7, 0.4)
  await at(0.3, 0.6)
  await at(0.6, 0.8)
  await page.mouse.up()
  await expect(app.getByRole('img', { name: /已签写/ })).toBeVisible()
}
