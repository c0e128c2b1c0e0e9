import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { sendReport } from '@kangbao/shared/contracts/reports.ts'
import { codeSentBy } from '../drivers/sandbox.ts'
import { barriersOn } from '../support/accessibility.ts'
import { AuthenticatorApp } from '../support/authenticator.ts'
import { Company } from '../support/company.ts'
import { file, healthyDay } from '../support/filling.ts'
import { expect, newPhone } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { atTimeOf, test } from '../support/own-journey.ts'
import type { OwnStack } from '../support/own-stack.ts'

// The operator's door opens by its link once on each stack: this journey has one to itself.
test.use({ ownEnv: { server: {} } })

test('Z-40, Z-46, X-01, S-41: the operator lets an official see his city; he finds who has not reported, county by county, and is out when his right ends', async ({
  screens,
  own,
  urls,
}) => {
  screens.expectConsole(/status of 40[13]/)
  await own.putClocks('15:00')
  const works = await Company.found(urls, '金水电子', '魏霞')
  const mill = await Company.found(urls, '郑东药业', '邱平')
  const form = await works.publish('zhengzhou/daily')
  const today = civilDayOf(own.now(), 'Asia/Shanghai')
  await file(works, form, '王建国', healthyDay(today))
  await file(works, form, '孙敏', { ...healthyDay(today), temperature: 37.9, symptoms: ['fever'] })
  await (await works.adminIn('health-report')).call(sendReport, { params: { kind: 'health' } })

  const operator = await atTimeOf(own, await screens.open('pc'))
  await operator.goto(`${own.urls.adminConsole}#/setup/${own.stack.secrets.setupToken}`)
  await expect(operator.getByRole('heading', { name: '系统状态' })).toBeVisible()
  await setUpAuthenticator(own, operator)
  await operator.getByRole('link', { name: '已开通组织' }).click()
  await operator.getByRole('button', { name: `设置地区 ${works.name}` }).click()
  const placing = operator.getByRole('dialog', { name: `${works.name} 的所在地区` })
  await chooseRegion(operator, '金水区')
  await look(operator, 'viewer-place')
  await placing.getByRole('button', { name: '保存' }).click()
  await expect(operator.getByRole('row').filter({ hasText: works.name })).toContainText('金水区')

  await operator.getByRole('link', { name: '督查人员' }).click()
  await expect(operator.getByText('还没有督查人员')).toBeVisible()
  await operator.getByRole('button', { name: '添加督查人员' }).click()
  const phone = newPhone()
  const adding = operator.getByRole('dialog', { name: '添加督查人员' })
  await adding.getByLabel('姓名和单位').fill('市疫情防控办 王处长')
  await adding.getByLabel('手机号').fill(phone)
  await chooseRegion(operator, '郑州市')
  await look(operator, 'viewer-add')
  await adding.getByRole('button', { name: '添加督查人员' }).click()
  const row = operator.getByRole('row').filter({ hasText: '王处长' })
  await expect(row).toContainText('河南省 郑州市')
  await look(operator, 'viewer-list')

  const pc = await atTimeOf(own, await screens.open('pc'))
  await pc.goto(own.urls.adminConsole)
  await pc.getByLabel('手机号').fill(phone)
  const code = await codeSentBy(urls, phone, () => pc.getByRole('button', { name: '获取验证码' }).click())
  await pc.getByLabel('验证码').fill(code)
  await pc.getByRole('button', { name: '登录', exact: true }).click()
  await expect(pc.getByRole('heading', { name: '郑州市 · 每日健康' })).toBeVisible()
  await expect(pc.getByRole('button', { name: /已上报单位\s*1/ })).toContainText('应报 2 家')
  const county = pc.getByRole('link', { name: /金水区/ })
  await expect(county).toContainText('已上报 1 / 1 家')
  // One who is ill is fewer than five: on no page, in no file.
  await expect(county).toContainText('异常 已隐藏')
  const missing = pc.getByRole('table', { name: '单位' }).getByRole('row').filter({ hasText: mill.name })
  await expect(missing).toContainText('从未')
  await expect(pc.getByRole('heading', { name: '近 14 天趋势' })).toBeVisible()
  expect(await barriersOn(pc)).toEqual([])
  await look(pc, 'viewer-city')

  await county.click()
  await expect(pc.getByRole('heading', { name: '金水区 · 每日健康' })).toBeVisible()
  await pc.getByText('已上报', { exact: true }).first().click()
  await expect(pc.getByRole('row').filter({ hasText: works.name })).toContainText('已隐藏')
  await look(pc, 'viewer-county')
  const saved = pc.waitForEvent('download')
  await pc.getByRole('button', { name: '导出 CSV' }).click()
  expect(await readFile(await (await saved).path(), 'utf8')).toMatch(
    new RegExp(`"410105","河南省 郑州市 金水区","${works.name}","已上报","${today}",6,2,4,"\\*","\\*"`),
  )
  const drawn = pc.waitForEvent('download')
  await pc.getByRole('button', { name: '保存图片' }).click()
  expect((await drawn).suggestedFilename()).toContain('金水区')
  await pc.getByRole('link', { name: '开工登记' }).click()
  await expect(pc.getByRole('heading', { name: '郑州市 · 开工登记' })).toBeVisible()
  await look(pc, 'viewer-standing')
  await pc.getByRole('link', { name: '每日健康' }).click()
  await county.click()
  await expect(pc.getByRole('heading', { name: '金水区 · 每日健康' })).toBeVisible()
  await onPhone(pc)

  await row.getByRole('button', { name: /停用/ }).click()
  await operator.getByRole('dialog').getByRole('button', { name: '停用' }).click()
  await expect(operator.getByText('还没有督查人员')).toBeVisible()
  // His page finds out by itself within half a minute; here it is asked.
  await pc.reload()
  await expect(pc.getByRole('heading', { name: '登录管理后台' })).toBeVisible()
})

/** The first of the operator's sensitive acts would ask for it. */
async function setUpAuthenticator(own: OwnStack, pc: Page): Promise<void> {
  await pc.goto(`${own.urls.adminConsole}#/security`)
  await pc.getByRole('button', { name: '设置身份验证器' }).click()
  const app = await AuthenticatorApp.from(pc, () => own.now())
  await pc.getByLabel('应用中显示的验证码').fill(app.code())
  await pc.getByRole('button', { name: '确认', exact: true }).click()
  await expect(pc.getByText('身份验证器已启用')).toBeVisible()
}

/** Types into the tree of regions and takes what it finds. */
async function chooseRegion(pc: Page, name: string): Promise<void> {
  const dialog = pc.getByRole('dialog')
  const box = dialog.locator('.el-cascader input')
  await box.click()
  await box.fill(name)
  await pc
    .locator('.el-cascader__suggestion-item')
    .filter({ hasText: new RegExp(`${name}$`) })
    .first()
    .click()
  await expect(box).toHaveValue(new RegExp(name))
}

/** The same page on a phone, down to the narrowest. */
async function onPhone(pc: Page): Promise<void> {
  for (const width of [390, 320]) {
    await pc.setViewportSize({ width, height: 844 })
    await expect(pc.getByRole('heading', { name: '金水区 · 每日健康' })).toBeVisible()
    await look(pc, `viewer-county-${width}`)
    await pc.getByRole('link', { name: '郑州市' }).click()
    await expect(pc.getByRole('heading', { name: '郑州市 · 每日健康' })).toBeVisible()
    expect(await pc.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    await look(pc, `viewer-city-${width}`)
    await pc.getByRole('link', { name: /金水区/ }).click()
    await expect(pc.getByRole('heading', { name: '金水区 · 每日健康' })).toBeVisible()
  }
  await pc.setViewportSize({ width: 1440, height: 900 })
}
