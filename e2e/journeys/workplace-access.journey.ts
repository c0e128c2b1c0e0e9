import { expect, test } from '../support/journey.ts'
import { publishDaily, settledOrg } from '../support/orgs.ts'

test('Z-08: with the keyboard alone one opens a conversation, walks the tabs and closes a dialogue', async ({
  screens,
  newPerson,
}) => {
  const made = await settledOrg(newPerson, '键盘')
  await publishDaily(made)
  const pc = await screens.open('pc', made.admin)
  await pc.goto('/messages')
  await expect(pc.getByRole('link', { name: /智能填表/ })).toBeVisible()
  const press = async (name: RegExp) => {
    for (let i = 0; i < 40; i += 1) {
      await pc.keyboard.press('Tab')
      const focused = await pc.evaluate(() => {
        const at = document.activeElement
        return at instanceof HTMLElement && at !== document.body ? (at.ariaLabel ?? at.innerText) : ''
      })
      if (name.test(focused)) {
        await pc.keyboard.press('Enter')
        return
      }
    }
    throw new Error(`no way by Tab to ${String(name)}`)
  }
  await press(/智能填表/)
  await expect(pc.getByRole('log')).toContainText('健康上报')
  await press(/^工作台/)
  await expect(pc).toHaveURL(/\/workbench$/)
  await press(/^当前团队/)
  await expect(pc.getByRole('dialog')).toBeVisible()
  await pc.keyboard.press('Escape')
  await expect(pc.getByRole('dialog')).toBeHidden()
})

test('Z-08: nothing runs over a 320 px screen in English with the largest text', async ({
  screens,
  newPerson,
}) => {
  const made = await settledOrg(newPerson, '小屏幕')
  const phone = await screens.open('phone', made.admin, {
    viewport: { width: 320, height: 640 },
    locale: 'en-GB',
  })
  await phone.goto('/me/display')
  await phone.getByText('English', { exact: true }).click()
  await phone.getByText('Very large').click()
  for (const path of ['/messages', '/dings', '/workbench', '/contacts', '/me']) {
    await phone.goto(path)
    const tabs = phone.getByRole('navigation').getByRole('link')
    await expect(tabs).toHaveCount(5)
    const state = await phone.evaluate(() => ({
      overflow: document.documentElement.scrollWidth - innerWidth,
      cut: [...document.querySelectorAll('nav a span')]
        .filter((label) => label.scrollWidth > label.clientWidth + 1)
        .map((label) => label.textContent),
    }))
    expect(state, path).toEqual({ overflow: 0, cut: [] })
  }
})
