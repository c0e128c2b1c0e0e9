import type { Page } from '@playwright/test'
import { createGroup } from '@kangbao/workplace/contracts/groups.ts'
import { getCertification } from '@kangbao/workplace/contracts/certification.ts'
import { createDing, listConversations } from '@kangbao/workplace/contracts/messages.ts'
import { createTodo } from '@kangbao/workplace/contracts/todos.ts'
import * as orgContracts from '@kangbao/workplace/contracts/orgs.ts'
import { barriersOn } from '../support/accessibility.ts'
import { expect, test } from '../support/journey.ts'
import { tabThrough, tripsOn } from '../support/layout-check.ts'
import { look } from '../support/look.ts'
import { asOperator } from '../support/operator.ts'
import { publishDaily, settledOrg, type SettledOrg } from '../support/orgs.ts'
import type { WorkplacePerson } from '../drivers/workplace-person.ts'

interface Looks {
  readonly locale: 'zh-CN' | 'en'
  readonly theme: 'light' | 'dark'
  /** Root size of the browser: people set it in its settings. */
  readonly text: '100%' | '150%' | '200%'
}

/** Pairwise: every screen at every width; each pair of language, theme and text size somewhere. */
const sweeps: readonly { width: number; height: number; looks: readonly [Looks, Looks] }[] = [
  {
    width: 320,
    height: 640,
    looks: [
      { locale: 'en', theme: 'light', text: '150%' },
      { locale: 'zh-CN', theme: 'dark', text: '200%' },
    ],
  },
  {
    width: 390,
    height: 844,
    looks: [
      { locale: 'zh-CN', theme: 'light', text: '100%' },
      { locale: 'en', theme: 'dark', text: '150%' },
    ],
  },
  {
    width: 1280,
    height: 800,
    looks: [
      { locale: 'zh-CN', theme: 'dark', text: '100%' },
      { locale: 'en', theme: 'light', text: '200%' },
    ],
  },
]

interface Screen {
  readonly name: string
  readonly path: string
}

/** The client's router itself: a new route is looked at, or its new parameter named here, without which this fails. */
const routesOf = (page: Page): Promise<Screen[]> =>
  page.evaluate(() => {
    const app: unknown = Reflect.get(document.querySelector('#app') ?? {}, '__vue_app__')
    const router = Reflect.get(Object(app), 'config').globalProperties.$router
    return router
      .getRoutes()
      .filter(
        ({ redirect, components }: { redirect?: unknown; components?: object }) => !redirect && components,
      )
      .filter(({ name }: { name?: unknown }) => typeof name === 'string')
      .map(({ name, path }: { name: string; path: string }) => ({ name, path }))
  })

/** What the routes above draw quite differently for something of another kind. */
const besides: readonly Screen[] = [
  { name: 'conversation-group', path: '/messages/:orgId/:groupId' },
  { name: 'chat-info-group', path: '/messages/:orgId/:groupId/info' },
]

const asked = /:(\w+)(\([^)]*\))?\*?/g

function addressOf({ name, path }: Screen, params: Readonly<Record<string, string>>): string {
  return path.replaceAll(asked, (_whole, key: string) => {
    const value = params[key]
    if (value === undefined) throw new Error(`say in this journey what :${key} of the route ${name} may be`)
    return value
  })
}

/** An org with something on every screen; the parameters its addresses ask for. */
async function lively(made: SettledOrg, guest: WorkplacePerson): Promise<Record<string, string>> {
  const { admin, member, orgId } = made
  await publishDaily(made)
  const { userid } = await member.call(orgContracts.getOrg, { params: { orgId } })
  const ding = await admin.call(createDing, {
    params: { orgId },
    body: { userids: [userid], text: '明早八点消防演练，请全体到场并确认' },
  })
  await admin.call(orgContracts.changeOrgSettings, { params: { orgId }, body: { joinNeedsApproval: true } })
  const { code } = await admin.call(orgContracts.getInvite, { params: { orgId } })
  await guest.call(orgContracts.joinOrg, { params: { code }, body: { note: '三车间' } })
  const { certification } = await admin.call(getCertification, { params: { orgId } })
  const { items } = await admin.call(listConversations, { query: { orgId } })
  const todo = await admin.call(createTodo, { params: { orgId }, body: { subject: '审核三号楼复工申请' } })
  const group = await admin.call(createGroup, {
    params: { orgId },
    body: { userids: [userid], name: '三号楼施工群' },
  })
  return {
    orgId,
    userid,
    code,
    conversationId: items[0]?.id ?? '',
    groupId: group.id,
    todoId: todo.id,
    dingId: ding.id,
    deptId: '1',
    aboutOrg: orgId,
    requestId: certification?.id ?? '',
    agentId: String(made.agents.forms),
    suiteId: '20000001',
    ticket: 'x'.repeat(24),
    kind: 'service',
    rest: 'nowhere',
  }
}

async function dress(page: Page, { locale, theme, text }: Looks): Promise<void> {
  await page.addInitScript(
    ([preferences, size]) => {
      localStorage.setItem('kangbao:preferences:v1', preferences)
      addEventListener('DOMContentLoaded', () => {
        document.documentElement.style.fontSize = size
      })
    },
    [JSON.stringify({ locale, theme, textSize: 'normal' }), text] as const,
  )
}

/** By the router, as a tap does it: the page itself is loaded once. */
async function visit(page: Page, address: string): Promise<void> {
  await page.evaluate(async (to) => {
    const app: unknown = Reflect.get(document.querySelector('#app') ?? {}, '__vue_app__')
    await Reflect.get(Object(app), 'config').globalProperties.$router.push(to)
  }, address)
  await expect(page.locator('h1').first()).toBeAttached()
  await expect(
    page.locator('[role="status"]:is([aria-label="加载中…"], [aria-label="Loading…"]):visible'),
  ).toHaveCount(0)
}

for (const [at, { width, height, looks }] of sweeps.entries()) {
  test(`Z-08: every screen at ${width} px is free of barriers, fits, and is reached by the keyboard`, async ({
    screens,
    newPerson,
    urls,
  }) => {
    // Every screen there is, looked into three times: two minutes of a quiet machine are too near.
    test.setTimeout(360_000)
    screens.expectConsole(/400|403|404|409|410/)
    const made = await settledOrg(newPerson, '大家都能用')
    const params = await lively(made, await newPerson('秦小敏'))
    const found: string[] = []
    for (const [index, look_] of looks.entries()) {
      const page = await screens.open('pc', made.admin, {
        viewport: { width, height },
        colorScheme: look_.theme,
      })
      await dress(page, look_)
      await asOperator(page, urls, '郑运营')
      await page.goto('/admin/org')
      // Sub-screens of the admin pages open once the password was given in this session.
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeAttached()
      const routes = [...(await routesOf(page)), ...besides].filter(
        (_route, place) => (place + at) % 2 === index,
      )
      for (const route of routes) {
        await visit(page, addressOf(route, params))
        const lines = [...(await barriersOn(page)), ...(await tripsOn(page))]
        if (width === 1280) lines.push(...(await tabThrough(page)))
        found.push(
          ...lines.map((line) => `${route.name} ${look_.locale} ${look_.theme} ${look_.text}: ${line}`),
        )
        if (process.env['LOOK_AT'] !== undefined)
          await look(page, `sweep-${width}-${route.name}-${look_.locale}`)
      }
    }
    expect(found).toEqual([])
  })
}

test('Z-08: dialogues and sheets take the focus, keep it, close by Escape and give it back', async ({
  screens,
  newPerson,
}) => {
  const made = await settledOrg(newPerson, '焦点')
  const pc = await screens.open('pc', made.admin)
  await pc.goto('/workbench')
  const orgSwitch = pc.getByRole('button', { name: /^当前团队/ })
  await orgSwitch.focus()
  await pc.keyboard.press('Enter')
  const dialog = pc.getByRole('dialog')
  await expect(dialog.locator(':focus')).toHaveCount(1)
  for (let stop = 0; stop < 8; stop += 1) await pc.keyboard.press('Tab')
  await expect(dialog.locator(':focus')).toHaveCount(1)
  await pc.keyboard.press('Escape')
  await expect(orgSwitch).toBeFocused()

  await pc.goto('/me')
  const signOut = pc.getByRole('button', { name: '退出登录' })
  await signOut.focus()
  await pc.keyboard.press('Enter')
  await expect(dialog).toBeFocused()
  await pc.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(signOut).toBeFocused()

  // What opens over a small screen fits it as well.
  const small = await screens.open('phone', made.admin, { viewport: { width: 320, height: 640 } })
  await dress(small, { locale: 'zh-CN', theme: 'dark', text: '150%' })
  const openers = [
    ['/workbench', /^当前团队/],
    ['/messages', '更多操作'],
    ['/me', '退出登录'],
    ['/sign-in', '《服务条款与隐私说明》'],
    [`/app/${made.orgId}/${made.agents.forms}`, '更多'],
  ] as const
  const found: string[] = []
  for (const [path, name] of openers) {
    await small.goto(path)
    await small.getByRole('button', { name }).click()
    await expect(small.locator('.van-popup:visible').first()).toBeVisible()
    await look(small, `sweep-dialog${path.replaceAll('/', '-').slice(0, 12)}`)
    const lines = [...(await barriersOn(small)), ...(await tripsOn(small))]
    found.push(...lines.map((line) => `${path}: ${line}`))
  }
  expect(found).toEqual([])
})
