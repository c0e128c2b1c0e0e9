import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { barriersOn } from '../support/accessibility.ts'
import { directoryPeople } from '../fixtures/directory-people.ts'
import { expect, newOrgName, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import type { WorkplacePerson } from '../drivers/workplace-person.ts'

const book = fileURLToPath(new URL('../fixtures/directory-300.xlsx', import.meta.url))

/** An org with the 299 people of the contact book. */
async function filledOrg(admin: WorkplacePerson): Promise<string> {
  const { orgId } = await admin.createOrg(newOrgName('通讯录'))
  await admin.becomeCertified(orgId)
  const checked = await admin.uploadDirectory(orgId, book)
  await admin.confirmDirectory(orgId, checked.id)
  return orgId
}

const rowsOf = (page: Page) => page.getByRole('list', { name: '成员' }).getByRole('listitem')

test('Z-08: contacts are searched by name, pinyin, initials, phone and department on a phone', async ({
  screens,
  newPerson,
}) => {
  const admin = await newPerson('高丽华')
  await filledOrg(admin)
  const phone = await screens.open('phone', admin)
  await phone.goto('/contacts')
  await expect(phone.getByRole('link', { name: /^生产部/ })).toBeVisible()
  await look(phone, 'contacts')

  const search = phone.getByRole('searchbox')
  await search.fill('scb')
  const found = phone.getByRole('region', { name: '部门' })
  await expect(found.getByRole('link', { name: /^生产部/ })).toBeVisible()
  await look(phone, 'contacts-departments')
  await search.fill('一车间')
  await expect(found.getByRole('link', { name: /^一车间/ })).toContainText('生产部')
  await found.getByRole('link', { name: /^一车间/ }).click()
  await expect(phone.getByRole('navigation', { name: '部门路径' })).toContainText('生产部')
  await expect(rowsOf(phone).first()).toBeVisible()

  const someone = directoryPeople('xlsx').at(-1)
  await phone.goto('/contacts')
  await search.fill(someone?.phone ?? '')
  await expect(rowsOf(phone)).toHaveCount(1)
  await expect(rowsOf(phone)).toContainText(someone?.name ?? '-')
  expect(await barriersOn(phone)).toEqual([])
  await search.fill('没有这个人')
  await expect(phone.getByText('没有找到“没有这个人”')).toBeVisible()
})

test('R-46: of a long list only what is in sight is drawn, however far one scrolls, and the keyboard goes through it', async ({
  screens,
  newPerson,
}) => {
  const admin = await newPerson('高丽华')
  await filledOrg(admin)
  const phone = await screens.open('phone', admin, { viewport: { width: 320, height: 640 } })
  await phone.goto('/contacts')
  await phone.getByRole('searchbox').fill('a')
  await expect(rowsOf(phone).first()).toBeVisible()
  const body = phone.locator('.scroll').filter({ has: phone.getByRole('list', { name: '成员' }) })
  const last = () => rowsOf(phone).last().getAttribute('aria-posinset')
  await expect(async () => {
    await body.evaluate((element) => element.scrollTo({ top: element.scrollHeight }))
    await expect(phone.getByText('没有更多了')).toBeInViewport({ timeout: 500 })
  }).toPass()
  await expect.poll(async () => Number(await last())).toBeGreaterThan(120)
  const total = Number(await last())
  expect(await rowsOf(phone).count()).toBeLessThan(50)
  await look(phone, 'contacts-long')
  expect(await barriersOn(phone)).toEqual([])

  await body.evaluate((element) => element.scrollTo({ top: 0 }))
  // The first row is drawn with the next frame; the one that was first goes, and the focus with it.
  await expect(rowsOf(phone).first()).toHaveAttribute('aria-posinset', '1')
  await rowsOf(phone).first().getByRole('link').focus()
  for (let step = 0; step < 40; step += 1) await phone.keyboard.press('Tab')
  const at = phone.locator('li:has(:focus)')
  await expect(at).toHaveAttribute('aria-posinset', '41')
  await expect(at).toBeInViewport()
  expect(total).toBeGreaterThan(41)
})
