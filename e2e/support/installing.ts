import type { Page } from '@playwright/test'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import { listInstalledApps, type InstalledApp } from '@kangbao/workplace/contracts/workbench.ts'
import type { WorkplacePerson } from '../drivers/workplace-person.ts'
import { expect } from './journey.ts'
import { appAtWorkbench } from './mini-app.ts'
import { photoOf, scanPicture } from './scanning.ts'

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

const names: Readonly<Record<AppId, string>> = {
  forms: '智能填表',
  'employment-report': '企业用工登记上报',
  'health-report': '企业健康数据上报',
}

/** Scans the three codes off the admin pages, as the manual says: forms for everyone, the reports for admins. */
export async function installThreeByScan(phone: Page, pc: Page, org: string): Promise<void> {
  await pc.goto('/admin/apps')
  for (const app of Object.values(names)) {
    const code = pc.getByRole('img', { name: `${app}的安装二维码` })
    await code.scrollIntoViewIfNeeded()
    await phone.goto('/scan')
    await scanPicture(phone, await photoOf(code))
    await installFromPage(phone, { app, org, scope: app === names.forms ? '全部员工' : '仅限管理员' })
    await phone.getByRole('button', { name: '前往工作台' }).click()
    await expect(appAtWorkbench(phone, app)).toBeVisible()
  }
}

/** The apps' numbers in an org, which calls over HTTP name. */
export async function installedAgents(
  admin: WorkplacePerson,
  orgId: string,
): Promise<Record<AppId, InstalledApp['agentId']>> {
  const { items } = await admin.call(listInstalledApps, { params: { orgId } })
  const agentOf = (app: AppId) => {
    const found = items.find(({ name }) => name === names[app])
    if (!found) throw new Error(`${names[app]} is not installed`)
    return found.agentId
  }
  return {
    forms: agentOf('forms'),
    'employment-report': agentOf('employment-report'),
    'health-report': agentOf('health-report'),
  }
}
