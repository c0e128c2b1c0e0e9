import type { Page } from '@playwright/test'
import { createClient } from '@kangbao/shared/contracts/client.ts'
import { listMembers } from '@kangbao/shared/contracts/directory.ts'
import { listEvents } from '@kangbao/shared/contracts/events.ts'
import { endForm } from '@kangbao/shared/contracts/forms.ts'
import { barriersOn } from '../support/accessibility.ts'
import { Company } from '../support/company.ts'
import { bindAdminPhone, proveInConsole, signInToConsole } from '../support/console.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { test } from '../support/own-journey.ts'

interface Arrived {
  readonly signature: string
  readonly answer: number
  readonly body: { readonly type?: string }
}

/** A receiver of webhooks in the sandbox. */
class Receiver {
  readonly url: string
  constructor(sandbox: string, name: string) {
    this.url = new URL(`/webhooks/${name}`, sandbox).href
  }
  async set(secret: string, answer: number): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ secret, answer })
    await fetch(`${this.url}/settings`, { method: 'POST', headers, body })
  }
  /** What came in, oldest first, as `type signature answer`. */
  async arrived(): Promise<string[]> {
    const { messages } = (await (await fetch(`${this.url}/messages`)).json()) as { messages: Arrived[] } // the sandbox's list
    return messages
      .reverse()
      .map(({ body, signature, answer }) => `${body.type ?? ''} ${signature} ${answer}`)
  }
}

async function fitsAt(page: Page, width: number, name: string): Promise<void> {
  await page.setViewportSize({ width, height: 800 })
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(await overflow()).toBeLessThanOrEqual(0)
  await look(page, `${name}-${width}`)
}

/** Reads a secret that is shown once, and closes its dialog. */
async function savedSecret(pc: Page, label: string): Promise<string> {
  const field = pc.getByRole('dialog').getByRole('textbox', { name: label })
  await expect(field).toHaveValue(/^(kb_live_|whsec_)/)
  const secret = await field.inputValue()
  await look(pc, `open-api-${label}`)
  await pc.getByRole('button', { name: '已保存' }).click()
  await expect(field).toBeHidden()
  return secret
}

test('X-08: an admin makes a token a program reads with, and a webhook; a dead letter is sent again once the receiver is mended', async ({
  screens,
  own,
  urls,
}) => {
  screens.expectConsole(/status of 403/)
  await own.putClocks('10:00')
  const company = await Company.found(urls, '荥阳机械', '赵敏')
  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc.getByRole('link', { name: '开放接口' }).click()
  await expect(pc.getByText('还没有接口令牌')).toBeVisible()

  await pc.getByRole('button', { name: '创建令牌' }).click()
  const making = pc.getByRole('dialog', { name: '创建令牌' })
  await making.getByLabel('用途').fill('人事系统')
  await making.getByText('通讯录：部门与成员姓名').click()
  await making.getByText('事件：发生了什么').click()
  await look(pc, 'open-api-make-token')
  await making.getByRole('button', { name: '创建令牌' }).click()
  await proveInConsole(pc, company)
  const token = await savedSecret(pc, '令牌')
  const baseUrl = new URL('/api', urls.adminConsole).href
  const program = createClient({ baseUrl, fetch, token: () => token })
  const { items } = await program.call(listMembers, { query: { limit: 200 } })
  expect(items.map(({ name }) => name)).toContain('赵敏')

  const receiver = new Receiver(urls.sms, `hr-${company.orgId.slice(0, 8)}`)
  await pc.getByRole('link', { name: 'Webhook' }).click()
  await pc.getByRole('button', { name: '添加地址' }).click()
  const adding = pc.getByRole('dialog', { name: '添加地址' })
  await adding.getByLabel('接收地址').fill(receiver.url)
  await adding.getByRole('button', { name: '添加地址' }).click()
  const secret = await savedSecret(pc, '签名密钥')
  await receiver.set(secret, 204)
  const form = await company.publish('zhengzhou/daily')
  await expect.poll(() => receiver.arrived()).toEqual(['form.published good 204'])

  await receiver.set(secret, 410)
  const admin = await company.adminIn('forms')
  await admin.call(endForm, { params: { formId: form.id } })
  await expect.poll(async () => (await receiver.arrived()).at(-1)).toBe('form.ended good 410')
  await expect
    .poll(async () => {
      await pc.getByRole('link', { name: '令牌' }).click()
      await expect(pc.getByRole('table', { name: '接口令牌' })).toContainText('人事系统')
      await look(pc, 'open-api-tokens')
      await pc.getByRole('link', { name: 'Webhook' }).click()
      await expect(pc.getByText(receiver.url)).toBeVisible()
      return pc.getByText('已自动停用').count()
    })
    .toBe(1)
  await expect(pc.getByText('1 个事件未送达')).toBeVisible()
  expect(await barriersOn(pc)).toEqual([])
  await look(pc, 'open-api-webhooks')

  await pc.getByRole('link', { name: '发送记录' }).click()
  await pc.getByRole('radiogroup', { name: '显示' }).getByText('未送达').click()
  const dead = pc.getByRole('table', { name: '发送记录' }).getByRole('row').filter({ hasText: '结束表单' })
  await expect(dead).toContainText('410')
  await look(pc, 'open-api-dead')
  await receiver.set(secret, 204)
  await dead.getByRole('button', { name: '重发' }).click()
  await expect.poll(async () => (await receiver.arrived()).at(-1)).toBe('form.ended good 204')
  await pc.getByRole('radiogroup', { name: '显示' }).getByText('全部').click()
  await expect(pc.getByRole('table', { name: '发送记录' })).toContainText('发布表单')
  await fitsAt(pc, 390, 'open-api-deliveries')
  await pc.getByRole('link', { name: '返回', exact: true }).click()
  await pc.getByRole('button', { name: '启用' }).click()
  await expect(pc.getByText('发送中')).toBeVisible()
  await fitsAt(pc, 320, 'open-api-webhooks')

  await pc.getByRole('link', { name: '事件', exact: true }).click()
  await expect(pc.getByRole('table', { name: '事件' })).toContainText('结束表单')
  await fitsAt(pc, 390, 'open-api-events')
  const feed = await program.call(listEvents, { query: {} })
  expect(feed.items.map(({ type }) => type)).toEqual(['form.published', 'form.ended'])
  await pc.setViewportSize({ width: 1280, height: 800 })
  await look(pc, 'open-api-events')
  await pc.getByRole('button', { name: 'Switch to English' }).click()
  await expect(pc.getByRole('heading', { name: 'Open API' })).toBeVisible()
  await pc.getByRole('link', { name: 'Webhooks' }).click()
  await expect(pc.getByText('Sending')).toBeVisible()
  await fitsAt(pc, 320, 'open-api-english')
})
