import type { Page } from '@playwright/test'
import { createDepartment, changeMember } from '@kangbao/workplace/contracts/directory.ts'
import { sendMessage } from '@kangbao/workplace/contracts/messages.ts'
import { barriersOn } from '../support/accessibility.ts'
import { expect, test } from '../support/journey.ts'
import { tripsOn } from '../support/layout-check.ts'
import { look } from '../support/look.ts'
import { newGroup, newTeam } from '../support/teams.ts'

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: '发消息' }).fill(text)
  await page.getByRole('button', { name: '发送', exact: true }).click()
}

/** Nothing a person would trip over on this screen. */
const isClean = async (page: Page) =>
  expect([...(await barriersOn(page)), ...(await tripsOn(page))]).toEqual([])

test('Z-08: a group is made of chosen people, written in, renamed, and left, on phone and PC, live', async ({
  screens,
  newPerson,
}) => {
  const team = await newTeam(newPerson, '群聊建设', ['李一鸣', '马晓兰', '宋晓明'])
  const [li, ma, song] = team.people
  if (!li || !ma || !song) throw new Error('no people')
  const phone = await screens.open('phone', li.person)
  const pc = await screens.open('pc', ma.person)
  await pc.goto('/messages')
  await phone.goto('/messages')
  await phone.getByRole('button', { name: '更多操作' }).click()
  await phone.getByRole('button', { name: '发起群聊' }).click()
  const picker = phone.getByRole('dialog')
  for (const { name } of [ma, song]) await picker.getByRole('checkbox', { name: new RegExp(name) }).click()
  await look(phone, 'group-picker')
  await picker.getByRole('button', { name: '确定（2）' }).click()
  await expect(phone.getByRole('heading', { name: '李一鸣、马晓兰、宋晓明' })).toBeVisible()
  await expect(phone.getByRole('log')).toContainText('李一鸣 创建了群聊，成员有 马晓兰、宋晓明')
  await write(phone, '明早七点半班前会，地点三号楼')

  // Pushed: nobody reloads.
  const row = pc.getByRole('link', { name: /李一鸣、马晓兰、宋晓明/ })
  await expect(row).toContainText('李一鸣：明早七点半班前会')
  await expect(row).toContainText('1 条未读')
  await row.click()
  await expect(pc.getByRole('log')).toContainText('明早七点半班前会')
  await write(pc, '收到')
  await expect(phone.getByRole('log')).toContainText('收到')
  await look(phone, 'group-chat')
  await look(pc, 'group-chat-pc')

  await phone.getByRole('button', { name: '聊天设置' }).click()
  await expect(phone.getByRole('heading', { name: '群成员（3）' })).toBeVisible()
  await isClean(phone)
  await look(phone, 'group-info')
  await phone.getByRole('button', { name: /群名称/ }).click()
  await phone.getByRole('dialog').getByLabel('群名称').fill('三号楼施工群')
  await phone.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  await expect(pc.getByRole('heading', { name: '三号楼施工群' })).toBeVisible()

  // The owner hands over to whoever is on the PC, who takes out another; the one taken out is told on his open page.
  const out = await screens.open('phone', song.person)
  screens.expectConsole(/404/)
  await out.goto('/messages')
  await out.getByRole('link', { name: /三号楼施工群/ }).click()
  await expect(out.getByRole('log')).toContainText('收到')
  await phone.getByRole('button', { name: '管理 马晓兰' }).click()
  await phone.getByRole('button', { name: '转让群主' }).click()
  await phone.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(phone.getByRole('button', { name: '解散群聊' })).toBeHidden()
  await pc.getByRole('button', { name: '聊天设置' }).click()
  await pc.getByRole('button', { name: '管理 宋晓明' }).click()
  await pc.getByRole('button', { name: '移出群聊' }).click()
  await pc.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(pc.getByRole('heading', { name: '群成员（2）' })).toBeVisible()
  await isClean(pc)
  await look(pc, 'group-info-pc')
  await expect(out.getByText('该聊天已解散，或你已不在其中')).toBeVisible()
  await look(out, 'group-gone')

  await phone.getByRole('button', { name: '退出群聊' }).click()
  await phone.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(phone.getByRole('heading', { name: '消息', level: 1 })).toBeVisible()
  await expect(phone.getByRole('link', { name: /三号楼施工群/ })).toBeHidden()
})

test('Z-08: a message is taken back, and written anew; a muted chat is quiet, a pinned one on top', async ({
  screens,
  newPerson,
}) => {
  const team = await newTeam(newPerson, '撤回印务', ['李一鸣', '马晓兰'])
  const [li, ma] = team.people
  if (!li || !ma) throw new Error('no people')
  const { id } = await newGroup(team, '印刷一组')
  const pc = await screens.open('pc', li.person)
  const phone = await screens.open('phone', ma.person)
  await phone.goto('/messages')
  await pc.goto(`/messages/${team.orgId}/${id}`)
  await write(pc, '今天不用加班')
  const row = phone.getByRole('link', { name: /印刷一组/ })
  await expect(row).toContainText('今天不用加班')
  await pc.getByText('今天不用加班').last().click({ button: 'right' })
  await look(pc, 'message-acts')
  await pc.getByRole('button', { name: '撤回' }).click()
  await expect(pc.getByText('你撤回了一条消息')).toBeVisible()
  await expect(row).toContainText('[消息已撤回]')
  await pc.getByRole('button', { name: '重新编辑' }).click()
  await expect(pc.getByRole('textbox', { name: '发消息' })).toHaveValue('今天不用加班')

  await phone.goto(`/messages/${team.orgId}/${id}/info`)
  await phone.getByRole('switch', { name: '消息免打扰' }).click()
  await phone.getByRole('switch', { name: '置顶聊天' }).click()
  await expect(phone.getByRole('switch', { name: '置顶聊天' })).toBeChecked()
  await write(pc, '今天要加班')
  await phone.goto('/messages')
  await expect(row).toContainText('已免打扰')
  await expect(phone.getByRole('list', { name: '消息' }).getByRole('link').first()).toContainText('印刷一组')
  await expect(row).toContainText('今天要加班')
  await expect(phone.getByRole('navigation', { name: '主导航' }).getByText(/条未读/)).toHaveCount(0)
  await isClean(phone)
  await look(phone, 'messages-muted')

  // By the finger: it rests on the message.
  await row.click()
  await expect(phone.getByText('你撤回了一条消息')).toHaveCount(0)
  await expect(phone.getByText('李一鸣 撤回了一条消息')).toBeVisible()
  await isClean(phone)
})

test('Z-08: a long chat opens at its end; one goes to the first unread and back to the newest', async ({
  screens,
  newPerson,
}) => {
  const team = await newTeam(newPerson, '长谈物流', ['李一鸣', '马晓兰'])
  const [li, ma] = team.people
  if (!li || !ma) throw new Error('no people')
  const { orgId } = team
  const { id } = await newGroup(team, '调度群')
  const say = (text: string) =>
    li.person.call(sendMessage, {
      params: { orgId, conversationId: id },
      body: { content: { msgtype: 'text', text: { content: text } } },
    })
  for (let at = 1; at <= 45; at += 1) await say(`第${String(at)}车已出库`)
  const phone = await screens.open('phone', ma.person)
  const log = phone.getByRole('log')
  await phone.goto(`/messages/${orgId}/${id}`)
  await expect(log.getByText('第45车已出库', { exact: true })).toBeInViewport()
  await look(phone, 'chat-unread-above')
  await phone.getByRole('button', { name: '45 条未读消息' }).click()
  await expect(log.getByText('第1车已出库', { exact: true })).toBeInViewport()
  await expect(log.getByText('以下为新消息', { exact: true })).toBeInViewport()
  await say('第46车已出库')
  await expect(log.getByText('第1车已出库', { exact: true })).toBeInViewport()
  await phone.getByRole('button', { name: '有新消息' }).click()
  await expect(log.getByText('第46车已出库', { exact: true })).toBeInViewport()
})

test('Z-08: the chat of a department comes and goes with the directory, live', async ({
  screens,
  newPerson,
}) => {
  screens.expectConsole(/404/)
  const team = await newTeam(newPerson, '车间制造', ['李一鸣'])
  const [li] = team.people
  if (!li) throw new Error('no people')
  const { orgId, admin } = team
  await admin.becomeCertified(orgId)
  const dept = (name: string) =>
    admin.call(createDepartment, { params: { orgId }, body: { name, parentId: 1, makeChat: true } })
  const [first, second] = [await dept('一车间'), await dept('二车间')]
  const move = (deptId: number) =>
    admin.call(changeMember, {
      params: { orgId, userid: li.userid },
      body: { departments: [{ deptId }] },
    })
  const phone = await screens.open('phone', li.person)
  await phone.goto('/messages')
  await move(first.deptId)
  await phone.getByRole('link', { name: /一车间/ }).click()
  await phone.getByRole('button', { name: '聊天设置' }).click()
  await expect(phone.getByText('成员随通讯录自动更新')).toBeVisible()
  await expect(phone.getByRole('button', { name: '退出群聊' })).toHaveCount(0)
  await phone.getByRole('button', { name: '返回' }).click()
  await expect(phone.getByRole('textbox', { name: '发消息' })).toBeVisible()
  await move(second.deptId)
  await expect(phone.getByText('该聊天已解散，或你已不在其中')).toBeVisible()
  await phone.getByRole('button', { name: '返回' }).click()
  await expect(phone.getByRole('link', { name: /二车间/ })).toBeVisible()
  await expect(phone.getByRole('link', { name: /一车间/ })).toHaveCount(0)
})
