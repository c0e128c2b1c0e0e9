import type { Page } from '@playwright/test'
import { workplaceErrors } from '@kangbao/workplace/contracts/errors.ts'
import { getInvite } from '@kangbao/workplace/contracts/orgs.ts'
import { setAdminPassword } from '../support/accounts.ts'
import { barriersOn } from '../support/accessibility.ts'
import { expect, newOrgName, test } from '../support/journey.ts'
import { look } from '../support/look.ts'

/** Presses a button and says yes to what it asks. */
async function agree(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
}

test('S-83: an admin renews and takes back the invitation; who holds a dead one is told so', async ({
  screens,
  urls,
  newPerson,
}) => {
  screens.expectConsole(/409|410/)
  const admin = await newPerson('尚文静')
  const org = newOrgName('偃师轴承')
  const { orgId } = await admin.createOrg(org)
  const { link } = await admin.call(getInvite, { params: { orgId } })
  const pc = await screens.open('pc', admin)
  await pc.goto('/admin/org')
  await setAdminPassword(pc)
  await expect(pc.getByText(/^有效期至/)).toBeVisible()
  await look(pc, 'invite-admin')
  const guest = await screens.open('phone')
  await guest.goto(link)
  await expect(guest.getByRole('heading', { name: org })).toBeVisible()

  await agree(pc, '更新邀请码')
  await expect(pc.getByText(link.split('/').at(-1) ?? '')).toHaveCount(0)
  await guest.reload()
  await expect(guest.getByRole('heading', { name: '邀请已失效' })).toBeVisible()
  expect(await barriersOn(guest)).toEqual([])
  await look(guest, 'invite-dead')

  const renewed = await admin.call(getInvite, { params: { orgId } })
  await guest.goto(renewed.link)
  await expect(guest.getByRole('heading', { name: org })).toBeVisible()
  await agree(pc, '停用邀请')
  await expect(pc.getByRole('heading', { name: '邀请已停用' })).toBeVisible()
  await expect(pc.getByRole('dialog')).toHaveCount(0)
  expect(await barriersOn(pc)).toEqual([])
  await look(pc, 'invite-revoked')
  await guest.reload()
  await expect(guest.getByRole('heading', { name: '邀请已失效' })).toBeVisible()

  const member = await screens.open('phone', admin)
  await member.goto(`/contacts/${orgId}/invite`)
  await expect(member.getByRole('heading', { name: '邀请已停用' })).toBeVisible()
  await look(member, 'invite-revoked-phone')
  await pc.getByRole('button', { name: '重新开启邀请' }).click()
  await expect(pc.getByRole('img', { name: `加入${org}的二维码` })).toBeVisible()

  // A week is not waited for: the answer it brings is.
  const { status, zh, en } = workplaceErrors['join.expired']
  await guest.route('**/client-api/join-codes/*', (route) =>
    route.fulfill({ status, json: { status, code: 'join.expired', titles: { zh, en }, details: {} } }),
  )
  await guest.goto(link)
  await expect(guest.getByRole('heading', { name: '邀请已过期' })).toBeVisible()
  await expect(guest.getByText('请向邀请人或团队管理员索取新的')).toBeVisible()
  await look(guest, 'invite-expired')
  await guest.getByRole('button', { name: '返回首页' }).click()
  await expect(guest).toHaveURL(new RegExp(`^${urls.workplace}/sign-in`))
})
