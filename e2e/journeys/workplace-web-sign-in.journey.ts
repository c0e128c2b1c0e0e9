import type { PersonalConsent } from '@kangbao/workplace/contracts/personal-consents.ts'
import { barriersOn } from '../support/accessibility.ts'
import { expect, newOrgName, test } from '../support/journey.ts'
import { tripsOn } from '../support/layout-check.ts'
import { look } from '../support/look.ts'

const sizes = [
  ['320', 320, 640],
  ['390', 390, 844],
  ['1280', 1280, 800],
] as const

const consentOf = (org: string | null): PersonalConsent => ({
  suiteId: '20000001',
  name: '智能填表',
  icon: '',
  org: org === null ? null : { orgId: '019a0000-0000-7000-8000-000000000001', name: org },
  scopes: ['Contact.User.Read', 'Contact.User.mobile'],
  until: '2026-12-29T08:00:00.000Z',
})

test('Z-23: the website of an app sends a person to sign in, he says yes, and it gets a code; or no, and it does not', async ({
  screens,
  newPerson,
  urls,
}) => {
  screens.expectConsole(/400|404/)
  const person = await newPerson('许晓燕')
  await person.createOrg(newOrgName('嵩山乳业'))
  const page = await screens.open('phone', person)
  const came: URL[] = []
  await page.context().route(`${urls.server}/back**`, async (route) => {
    came.push(new URL(route.request().url()))
    await route.fulfill({
      contentType: 'text/html; charset=utf-8',
      body: '<!doctype html><title>回</title><h1>欢迎</h1>',
    })
  })
  const address = (changes: Record<string, string> = {}) =>
    `/oauth2/auth?${new URLSearchParams({
      client_id: 'suitekangbaoforms',
      redirect_uri: `${urls.server}/back`,
      response_type: 'code',
      scope: 'openid corpid',
      state: 's-1',
      prompt: 'consent',
      ...changes,
    }).toString()}`

  for (const [name, width, height] of sizes) {
    await page.setViewportSize({ width, height })
    await page.goto(address())
    await expect(page.getByRole('heading', { name: '登录“智能填表”' })).toBeVisible()
    await expect(page.getByRole('radio')).toBeChecked()
    expect([...(await barriersOn(page)), ...(await tripsOn(page))]).toEqual([])
    await look(page, `web-sign-in-${name}`)
  }
  await page.getByRole('button', { name: '取消' }).click()
  await expect(page.getByRole('heading', { name: '欢迎' })).toBeVisible()
  expect(came.at(-1)?.searchParams.get('error')).toBe('access_denied')

  await page.goto(address())
  await page.getByRole('button', { name: '同意并登录' }).click()
  await expect(page.getByRole('heading', { name: '欢迎' })).toBeVisible()
  expect(came.at(-1)?.searchParams.get('state')).toBe('s-1')
  expect(came.at(-1)?.searchParams.get('authCode')).toMatch(/^[\w-]{20,}$/)

  // Nothing is allowed until the app has taken its code.
  await page.goto('/me/security/apps')
  await expect(page.getByText('没有应用获得你的个人授权')).toBeVisible()
  // What it looks like then: only the back end of an app could make it so.
  await page.route('**/client-api/me/personal-consents', (route) =>
    route.fulfill({
      json: { items: [consentOf(null), consentOf('嵩山乳业股份有限公司郑州高新技术产业开发区分公司')] },
    }),
  )
  for (const [name, width, height] of sizes) {
    await page.setViewportSize({ width, height })
    await page.goto('/me/security/apps')
    await expect(page.getByRole('list', { name: '授权的应用' })).toContainText('打码后的手机号')
    expect([...(await barriersOn(page)), ...(await tripsOn(page))]).toEqual([])
    await look(page, `consents-${name}`)
  }
  await page.getByRole('button', { name: '取消授权' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(page.getByRole('alert')).toContainText('内容不存在')

  await page.goto(address({ redirect_uri: 'https://evil.example/back' }))
  await expect(page.getByRole('alert')).toContainText('没有登记这个回调地址')
  await look(page, 'web-sign-in-refused')

  // Somebody else at this machine: out, in again, and back to the question.
  await page.goto(address({ scope: 'openid' }))
  await page.getByRole('button', { name: '换个账号' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(page.getByRole('heading', { name: '登录或注册' })).toBeVisible()
  expect(new URL(page.url()).searchParams.get('to')).toContain('/oauth2/auth?client_id=suitekangbaoforms')
})
