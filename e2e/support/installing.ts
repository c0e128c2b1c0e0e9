import type { Page } from '@playwright/test'
import { expect } from './journey.ts'

export type ScopeName = '全部员工' | '仅限管理员'

/** The steps of Z-09 after the code has been read: app, team, permission, scope, done. */
export async function installFromPage(
  page: Page,
  { app, org, scope }: { app: string; org: string; scope: ScopeName },
): Promise<void> {
  await expect(page.getByRole('heading', { name: app })).toBeVisible()
  await page.getByRole('button', { name: '选择团队' }).click()
  await page.getByRole('button', { name: new RegExp(org) }).click()
  await expect(page.getByRole('heading', { name: '微应用授权' })).toBeVisible()
  const agree = page.getByRole('button', { name: '同意授权并设置使用范围' })
  await expect(agree).toBeDisabled()
  await page.getByRole('checkbox', { name: '我已阅读并同意' }).click()
  await agree.click()
  await page.getByRole('radio', { name: new RegExp(scope) }).click()
  await page.getByRole('button', { name: '立即开通' }).click()
  await expect(page.getByRole('heading', { name: '应用开通成功' })).toBeVisible()
}
