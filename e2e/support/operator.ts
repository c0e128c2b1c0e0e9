import type { Page } from '@playwright/test'
import { clientApiPrefix } from '@kangbao/workplace/contracts/contract.ts'
import {
  makeOperatorLink,
  signInOperator,
  type OperatorSession,
} from '@kangbao/workplace/contracts/operator-access.ts'
import type { Urls } from '@kangbao/launcher/stack.ts'
import { call, succeeded } from '../drivers/http.ts'
import { expect } from './journey.ts'

/** A link that lets somebody in once; the stack of the journeys runs in test mode, where no key is asked for. */
export async function operatorLink(urls: Urls, name: string): Promise<string> {
  const base = `${urls.workplace}${clientApiPrefix}`
  const reply = await call(base, makeOperatorLink, { body: { name } }, undefined)
  return (succeeded('operator link', reply) as { link: string }).link
}

/** Opens the operator's pages as a person does who was sent a link. */
export async function enterAsOperator(page: Page, urls: Urls, name: string): Promise<void> {
  await page.goto(await operatorLink(urls, name))
  await page.getByRole('button', { name: '登录' }).click()
  await expect(page.getByRole('navigation', { name: '平台运营' })).toBeVisible()
}

/** The same without the door, for journeys that only look at what is behind it. */
export async function asOperator(page: Page, urls: Urls, name: string): Promise<void> {
  const key = new URL(await operatorLink(urls, name)).hash.slice(1)
  const base = `${urls.workplace}${clientApiPrefix}`
  const reply = await call(base, signInOperator, { body: { key } }, undefined)
  const session = succeeded('operator', reply) as OperatorSession
  await page.addInitScript(
    ([origin, text]) => {
      if (location.origin === origin) sessionStorage.setItem('kangbao:operator:v1', text)
    },
    [urls.workplace, JSON.stringify(session)] as const,
  )
}
