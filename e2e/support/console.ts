import type { Page } from '@playwright/test'
import { listConversations, listMessages } from '@kangbao/workplace/contracts/messages.ts'
import { bindTo, codeSentBy } from '../drivers/sandbox.ts'
import type { Company } from './company.ts'
import { expect, newPhone, type Screens } from './journey.ts'
import { atTimeOf } from './own-journey.ts'
import type { OwnStack } from './own-stack.ts'

/** Binds a phone to the company's admin: what the console lets him in by. */
export async function bindAdminPhone(own: OwnStack, company: Company): Promise<string> {
  const phone = newPhone()
  await bindTo(await company.adminIn('forms'), own.urls, phone)
  return phone
}

/** Somebody at a PC who signs in to the console by a code to his phone. */
export async function signInToConsole(own: OwnStack, screens: Screens, phone: string): Promise<Page> {
  await own.advance(2 * 60_000) // the next code may be asked for
  const pc = await atTimeOf(own, await screens.open('pc'))
  await pc.goto(own.urls.adminConsole)
  await pc.getByLabel('手机号').fill(phone)
  const code = await codeSentBy(own.urls, phone, () => pc.getByRole('button', { name: '获取验证码' }).click())
  await pc.getByLabel('验证码').fill(code)
  await pc.getByRole('button', { name: '登录', exact: true }).click()
  await expect(pc.getByRole('heading', { name: '智能填表' })).toBeVisible()
  return pc
}

/** Gives the second proof the console asks for, with the code that came to the admin's chat with the app (S-22). */
export async function proveInConsole(pc: Page, company: Company): Promise<void> {
  const proof = pc.getByRole('dialog', { name: '再次验证身份' })
  await proof.getByRole('button', { name: '获取验证码' }).click()
  await expect.poll(() => proofCode(company)).toMatch(/^\d{6}$/)
  await proof.getByLabel('验证码').fill(await proofCode(company))
  await proof.getByRole('button', { name: '确认' }).click()
  await expect(proof).toBeHidden()
}

async function proofCode({ admin, orgId }: Company): Promise<string> {
  const { items } = await admin.call(listConversations, { query: { orgId } })
  for (const { id: conversationId } of items) {
    const page = await admin.call(listMessages, { params: { orgId, conversationId }, query: {} })
    const [, code] = /验证码\D{1,40}(\d{6})\b/.exec(JSON.stringify(page.items)) ?? []
    if (code) return code
  }
  return ''
}
