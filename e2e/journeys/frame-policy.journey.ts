import { chromium, type BrowserContext, type Page } from '@playwright/test'
import { figure } from '@kangbao/launcher/figure.ts'
import { devices, expect, test } from '../support/journey.ts'
import { miniApp, openFromWorkbench } from '../support/mini-app.ts'
import { publishDaily, settledOrg } from '../support/orgs.ts'

/** Collects what the content security policies of all frames of a browser stopped. */
async function violationsOf(context: BrowserContext): Promise<string[]> {
  const found: string[] = []
  await context.exposeBinding('noteViolation', (_source, line: string) => void found.push(line))
  await context.addInitScript(() => {
    document.addEventListener(
      'securitypolicyviolation',
      ({ violatedDirective, blockedURI, documentURI, sourceFile }) => {
        const line = `${documentURI}: ${violatedDirective} ${blockedURI} ${sourceFile}`
        ;(window as unknown as { noteViolation(text: string): void }).noteViolation(line)
      },
    )
  })
  return found
}

/** Live streams never fall silent, so a screen is there when something of it can be read. */
const settle = (page: Page) =>
  expect(page.locator(':is(main, h1, h2, form, button):visible').first()).toBeVisible()

test('S-72: on the ordinary screens of workplace, mini-apps, console and API page the policies stop nothing', async ({
  screens,
  newPerson,
  urls,
}) => {
  test.setTimeout(360_000)
  const org = await settledOrg(newPerson, '策略')
  const { id: formId } = await publishDaily(org)
  let screensSeen = 0
  const found: string[] = []
  for (const device of ['phone', 'pc'] as const) {
    const page = await screens.open(device, org.admin)
    const violations = await violationsOf(page.context())
    const see = async (address: string) => {
      await page.goto(address)
      await settle(page)
      screensSeen += 1
    }
    for (const path of ['messages', 'dings', 'workbench', 'contacts', 'me', 'me/help', 'scan', 'orgs/new'])
      await see(`/${path}`)
    if (device === 'pc')
      for (const path of ['directory', 'import', 'admins', 'apps', 'org']) await see(`/admin/${path}`)
    for (const app of ['智能填表', '企业用工登记上报', '企业健康数据上报']) {
      const frame = await openFromWorkbench(page, app)
      await expect(frame.getByRole('heading').first()).toBeVisible()
      await settle(page)
      screensSeen += 1
    }
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(Date.now())
    const inForms = ['', `fill/${formId}`, 'history', 'manage', 'manage/templates', `manage/forms/${formId}`]
    const below = ['departments', 'people?state=expected', 'statistics'].map(
      (page_) => `manage/forms/${formId}/${today}/${page_}`,
    )
    for (const path of [...inForms, ...below]) {
      const url = `${urls.server}/m/forms/${path}`
      const target = new URL(url)
      target.searchParams.set('corpId', org.corpId)
      await see(`/app/${org.orgId}/${String(org.agents.forms)}?url=${encodeURIComponent(target.href)}`)
      await expect(miniApp(page).locator('main, h1, h2, form').first()).toBeVisible()
    }
    // Outside the workplace, and the page for developers.
    for (const path of ['/m/forms/', '/console/', '/docs/']) await see(`${urls.server}${path}`)
    await expect(page.getByText('Kangbao (康报) API').first()).toBeVisible()
    found.push(...violations)
  }
  figure({
    id: 'S-72',
    n: screensSeen,
    value: found.length,
    unit: 'violations in the clean run',
    target: '=0',
    ok: found.length === 0,
  })
  expect(found).toEqual([])
})

test('S-72: what is smuggled into a page does not run: inline scripts, handlers, foreign files, eval', async ({
  screens,
  urls,
}) => {
  screens.expectConsole(
    /Content Security Policy|TrustedHTML|Trusted Type|TrustedScript|ERR_BLOCKED_BY_CSP|ERR_INVALID_URL/i,
  )
  // Asked for by what is smuggled in, and kept from leaving by the policy.
  screens.expectOrigin('https://evil.example.test')
  const page = await screens.open('pc')
  const violations = await violationsOf(page.context())
  const ran: string[] = []
  let tried = 0
  for (const address of [`${urls.server}/m/forms/`, `${urls.server}/console/`, `${urls.workplace}/sign-in`]) {
    await page.goto(address)
    await settle(page)
    const done = await page.evaluate(async () => {
      const ran: string[] = []
      Object.assign(window, { smuggled: (what: string) => ran.push(what) })
      const attempts: (() => void)[] = [
        () => {
          const script = document.createElement('script')
          script.append('smuggled("inline script")')
          document.body.append(script)
        },
        () => {
          const image = document.createElement('img')
          image.setAttribute('onerror', 'smuggled("handler")')
          image.setAttribute('src', 'data:image/png;base64,x')
          document.body.append(image)
        },
        () => {
          const script = document.createElement('script')
          script.setAttribute('src', 'https://evil.example.test/x.js')
          document.body.append(script)
        },
        () => {
          const script = document.createElement('script')
          script.setAttribute('src', 'data:text/javascript,smuggled("data script")')
          document.body.append(script)
        },
        () => {
          const link = document.createElement('a')
          link.setAttribute('href', 'javascript:smuggled("javascript link")')
          document.body.append(link)
          link.click()
        },
        () => document.body.insertAdjacentHTML('beforeend', '<svg onload=\'smuggled("svg")\'></svg>'),
        () => {
          const base = document.createElement('base')
          base.href = 'https://evil.example.test/'
          document.head.append(base)
          if (document.baseURI.startsWith('https://evil')) ran.push('base')
        },
        () => {
          const frame = document.createElement('iframe')
          frame.setAttribute('srcdoc', '<script>parent.smuggled("srcdoc")</script>')
          document.body.append(frame)
        },
      ]
      for (const attempt of attempts)
        try {
          attempt()
        } catch {
          continue // stopped on the spot
        }
      // Whatever was let in has had its turn when a picture put in after it has loaded.
      await new Promise((resolve) => {
        const fence = new Image()
        fence.onload = fence.onerror = resolve
        fence.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='
      })
      return { ran, tried: attempts.length }
    })
    const debug = await page.context().newCDPSession(page)
    const { result } = await debug.send('Runtime.evaluate', {
      expression: `try { new Function('return "eval ran"')() } catch ({ name }) { name }`,
      // Otherwise the debugger's own right to evaluate would hide what the page may not.
      allowUnsafeEvalBlockedByCSP: false,
    })
    if (result.value !== 'EvalError') ran.push(`${address} eval: ${String(result.value)}`)
    tried += done.tried + 1
    ran.push(...done.ran.map((what) => `${address} ${what}`))
  }
  figure({ id: 'S-72', n: tried, value: ran.length, unit: 'executed', target: '=0', ok: ran.length === 0 })
  expect(ran).toEqual([])
  expect(violations.length).toBeGreaterThan(tried / 2)
})

test('S-73: with third-party cookies blocked an app in a cross-site frame signs in, and no cookie is set at all', async ({
  newPerson,
  urls,
}) => {
  const { admin } = await settledOrg(newPerson, '无饼干')
  const executablePath = process.env['CHROMIUM_PATH']
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--test-third-party-cookie-phaseout',
      '--disable-sync',
      '--no-first-run',
    ],
  })
  // Another name for this machine is another site for the browser: the frame is a third party there.
  const workplace = urls.workplace.replace('localhost', '127.0.0.1')
  const context = await browser.newContext({ ...devices.phone, baseURL: workplace, locale: 'zh-CN' })
  await context.addInitScript(
    ([origin, token]) => {
      if (location.origin === origin) localStorage.setItem('kangbao:session:v1', token)
    },
    [workplace, admin.token] as const,
  )
  const page = await context.newPage()
  const frame = await openFromWorkbench(page, '智能填表')
  await expect(frame.getByRole('heading').first()).toBeVisible()
  const inside = page.frames().find((each) => each.url().startsWith(urls.server))
  expect(new URL(inside?.url() ?? '').hostname).not.toBe(new URL(page.url()).hostname)
  await expect(frame.getByText('登录', { exact: true })).toBeHidden()
  const signedIn = await inside?.evaluate(() => document.cookie)
  const cookies = await context.cookies()
  figure({
    id: 'S-73',
    n: 1,
    value: cookies.length,
    unit: 'cookies',
    target: '=0',
    ok: cookies.length === 0 && signedIn === '',
  })
  expect([cookies, signedIn]).toEqual([[], ''])
  await browser.close()
})
