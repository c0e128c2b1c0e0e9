import { createTodo } from '@kangbao/workplace/contracts/todos.ts'
import { createDing } from '@kangbao/workplace/contracts/messages.ts'
import { barriersOn } from '../support/accessibility.ts'
import { expect, test } from '../support/journey.ts'
import { Isv } from '../support/isv.ts'
import { tripsOn } from '../support/layout-check.ts'
import { look } from '../support/look.ts'
import { miniApp } from '../support/mini-app.ts'
import { onServer, settledOrg } from '../support/orgs.ts'
import { newTeam } from '../support/teams.ts'

test('Z-08: to-dos are listed by what is due, ticked, asked of colleagues, counted live on phone and PC', async ({
  screens,
  newPerson,
}) => {
  const team = await newTeam(newPerson, '待办制造', ['李一鸣', '马晓兰'])
  const [li, ma] = team.people
  if (!li || !ma) throw new Error('no people')
  const { orgId } = team
  const ask = (subject: string, more: object = {}) =>
    ma.person.call(createTodo, {
      params: { orgId },
      body: { subject, executors: [li.userid], ...more },
    })
  await ask('提交消毒记录')
  await ask('审核三号楼复工申请', { dueAt: '2026-01-05T01:00:00.000Z', priority: 40 })
  const phone = await screens.open('phone', li.person)
  await phone.goto('/workbench')
  const entry = phone.getByRole('link', { name: /^待办/ })
  await expect(entry).toContainText('1 项已逾期')
  await expect(entry).toContainText('2 条未读')
  await entry.click()
  const open = phone.getByRole('tabpanel', { name: '待处理' }).getByRole('listitem')
  await expect(open.first()).toContainText('审核三号楼复工申请')
  await expect(open.first()).toContainText('紧急')
  expect([...(await barriersOn(phone)), ...(await tripsOn(phone))]).toEqual([])
  await look(phone, 'todos')

  // From the PC, live: nobody reloads.
  const pc = await screens.open('pc', ma.person)
  await pc.goto(`/todos/new/${orgId}`)
  await pc.getByLabel('标题').fill('更新通讯录')
  await pc.getByRole('button', { name: /执行人/ }).click()
  await pc.getByRole('dialog').getByRole('checkbox', { name: '李一鸣' }).click()
  await pc.getByRole('dialog').getByRole('button', { name: '确定（1）' }).click()
  await pc.getByRole('button', { name: '新建待办' }).click()
  await expect(pc.getByRole('heading', { name: '更新通讯录' })).toBeVisible()
  await expect(phone.getByText('更新通讯录')).toBeVisible()
  expect([...(await barriersOn(pc)), ...(await tripsOn(pc))]).toEqual([])
  await look(pc, 'todos-pc')

  await phone.getByRole('checkbox', { name: '完成：审核三号楼复工申请' }).click()
  await expect(open).toHaveCount(2)
  await phone.getByRole('tab', { name: '已完成' }).click()
  await phone.getByRole('link', { name: /审核三号楼复工申请/ }).click()
  const tick = phone.getByRole('article').getByRole('checkbox', { name: '完成：审核三号楼复工申请' })
  await expect(tick).toBeChecked()
  await look(phone, 'todo')
  await tick.click()
  await expect(tick).not.toBeChecked()

  await pc.getByRole('button', { name: '删除待办' }).click()
  await pc.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(pc.getByText('选择一条待办查看')).toBeVisible()
  await phone.goto('/todos')
  await expect(phone.getByText('提交消毒记录')).toBeVisible()
  await expect(phone.getByText('更新通讯录')).toHaveCount(0)
})

test('Z-08: whoever has not confirmed a DING is reminded by a card in chat, and confirms from there', async ({
  screens,
  newPerson,
}) => {
  screens.expectConsole(/429/)
  const team = await newTeam(newPerson, '演练消防', ['李一鸣', '马晓兰', '宋晓明'])
  const [li, ma, song] = team.people
  if (!li || !ma || !song) throw new Error('no people')
  const { orgId } = team
  const ding = await li.person.call(createDing, {
    params: { orgId },
    body: { userids: [ma.userid, song.userid], text: '明早八点消防演练，请全体到场' },
  })
  const pc = await screens.open('pc', li.person)
  await pc.goto(`/dings/${orgId}/${ding.id}`)
  await pc.getByRole('button', { name: '提醒未确认的 2 人' }).click()
  await expect(pc.getByText('已提醒 2 人').first()).toBeVisible()
  await pc.getByRole('button', { name: '提醒未确认的 2 人' }).click()
  await expect(pc.getByRole('alert')).toContainText('刚刚提醒过')
  expect(await barriersOn(pc)).toEqual([])
  await look(pc, 'ding-remind')

  const phone = await screens.open('phone', ma.person)
  await phone.goto('/messages')
  await phone.getByRole('link', { name: /李一鸣.*\[DING\]/ }).click()
  await phone.getByRole('link', { name: /消防演练.*查看并确认/ }).click()
  await phone.getByRole('button', { name: '确认收到' }).click()
  await expect(phone.getByText(/^已于/)).toBeVisible()
  await expect(pc.getByRole('button', { name: '提醒未确认的 1 人' })).toBeVisible()
})

test('Z-08: an app’s to-do opens the page it is about inside the app, on phone and PC', async ({
  screens,
  newPerson,
  urls,
}) => {
  const org = await settledOrg(newPerson, '待办应用')
  await onServer(org, 2)
  const isv = await Isv.actingFor(org.admin, org, 'forms')
  const pageOf = (path: string) => `${urls.server}/m/forms/${path}?corpId=${org.corpId}`
  await isv.makeTodo({
    sourceId: 'form-1',
    subject: '查看今天的填报',
    contentFieldList: [{ fieldKey: '表单', fieldValue: '员工健康打卡' }],
    detailUrl: { appUrl: pageOf('manage'), pcUrl: pageOf('me') },
  })

  const phone = await screens.open('phone', org.admin)
  await phone.goto('/todos')
  await phone.getByRole('link', { name: /查看今天的填报/ }).click()
  const todo = phone.getByRole('article')
  await expect(todo).toContainText('智能填表')
  await expect(todo).toContainText('员工健康打卡')
  expect([...(await barriersOn(phone)), ...(await tripsOn(phone))]).toEqual([])
  await look(phone, 'todo-of-app')
  await phone.getByRole('button', { name: '打开处理' }).click()
  await expect(phone.getByRole('heading', { level: 1, name: '管理表单' })).toBeVisible()
  await expect(miniApp(phone).getByRole('link', { name: '管理' })).toBeVisible()
  await phone.getByRole('button', { name: '返回' }).click()
  await expect(todo).toBeVisible()

  const pc = await screens.open('pc', org.admin)
  await pc.goto('/todos')
  await pc.getByRole('link', { name: /查看今天的填报/ }).click()
  await pc.getByRole('button', { name: '打开处理' }).click()
  await expect(miniApp(pc).getByRole('heading', { name: '谁看过我的信息' })).toBeVisible()
  await look(pc, 'todo-of-app-pc')
})
