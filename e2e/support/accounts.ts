import type { Page } from '@playwright/test'
import { until } from '../drivers/http.ts'
import { textsOn } from '../drivers/sandbox.ts'
import { papers, type Addresses } from '../drivers/workplace-person.ts'
import { paperPicture } from '../fixtures/papers.ts'
import { expect } from './journey.ts'

/** Signs up or in as people do: phone, code from the text message, terms. Ends wherever the client leads. */
export async function signInByPhone(page: Page, urls: Addresses, phone: string): Promise<void> {
  await expect(page.getByRole('heading', { name: '登录或注册' })).toBeVisible()
  await page.getByLabel('手机号').fill(phone)
  await page.getByRole('button', { name: '获取验证码' }).click()
  await expect(page.getByRole('button', { name: /秒后重发/ })).toBeVisible()
  await page.getByLabel('验证码').fill(await codeOnPhone(urls, phone))
  await page.getByRole('checkbox', { name: '我已阅读并同意' }).click()
  await page.getByRole('button', { name: '登录 / 注册' }).click()
  await expect(page.getByRole('heading', { name: '登录或注册' })).toBeHidden()
}

/** The newest code the stand-in carrier sent to a phone; asked aside, since its page has the phone in its address. */
async function codeOnPhone(urls: Addresses, phone: string): Promise<string> {
  const codeIn = (texts: Awaited<ReturnType<typeof textsOn>>) =>
    texts.map(({ params }) => params['code']).find((code) => code !== undefined)
  const texts = await until(
    `code for ${phone.slice(0, 3)}…`,
    () => textsOn(urls, phone),
    (list) => codeIn(list) !== undefined,
  )
  return codeIn(texts) ?? ''
}

export async function sayName(page: Page, name: string): Promise<void> {
  await page.getByLabel('姓名').fill(name)
  await page.getByRole('button', { name: '保存' }).click()
  await expect(page.getByLabel('姓名')).toBeHidden()
}

/** Fills the registration form of a new org (Z-01) and ends on its success page. */
export async function createOrg(page: Page, name: string): Promise<void> {
  await page.getByLabel('企业（团队）全称').fill(name)
  await page.getByLabel('行业类型').selectOption({ label: '制造业' })
  await page.getByLabel('市 / 区县').fill('郑州市金水区')
  await page.getByLabel('人员规模').selectOption({ label: '100-499 人' })
  await page.getByRole('checkbox', { name: '我已阅读并同意' }).click()
  await page.getByRole('button', { name: '完成注册' }).click()
  await expect(page.getByRole('heading', { name: '注册成功' })).toBeVisible()
}

export const adminPassword = 'Zaochen-Qidian-26'

/** Sets the admin password in the dialogue the first visit of the admin pages opens (Z-03). */
export async function setAdminPassword(page: Page): Promise<void> {
  const dialogue = page
    .getByRole('dialog')
    .filter({ has: page.getByRole('heading', { name: '设置管理密码' }) })
  await dialogue.getByLabel('管理密码').fill(adminPassword)
  await dialogue.getByLabel('确认密码').fill(adminPassword)
  await dialogue.getByRole('button', { name: '确定' }).click()
  await expect(dialogue).toBeHidden()
}

/** Asks for certification on the admin pages; the embedded workplace grants it at once (Z-06). */
export async function becomeCertified(page: Page): Promise<void> {
  await page.goto('/admin/certification')
  await setAdminPassword(page)
  await fillCertification(page)
  await page.getByRole('button', { name: '提交认证申请' }).click()
  await expect(page.getByText('已通过高级认证')).toBeVisible()
}

/** Fills the form of Z-06, papers included, and does not send it. */
export async function fillCertification(page: Page): Promise<void> {
  await page.getByLabel('申请人姓名').fill('总管理员')
  await page.getByLabel('申请人身份证号').fill(papers.idNumber)
  await page.getByLabel('统一社会信用代码').fill(papers.creditCode)
  for (const [name, lines] of [
    ['营业执照或登记证书', 12],
    ['盖章的认证公函', 8],
  ] as const)
    await choosePaper(page, name, lines)
}

export async function choosePaper(page: Page, name: string, lines: number): Promise<void> {
  const chosen = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: new RegExp(`^(上传|更换)${name}`) }).click()
  await (await chosen).setFiles({ name: `${name}.png`, mimeType: 'image/png', buffer: paperPicture(lines) })
  await expect(page.getByRole('button', { name: `更换${name}` })).toBeEnabled()
  await expect(page.getByRole('img', { name })).toBeVisible()
}
