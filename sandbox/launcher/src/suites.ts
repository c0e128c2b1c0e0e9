import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Secrets } from './secrets.ts'

const icon = (body: string, colour: string): string =>
  `data:image/svg+xml;base64,${Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="12" fill="${colour}"/>` +
      `<g fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">${body}</g></svg>`,
  ).toString('base64')}`

const icons = {
  forms: icon(
    '<rect x="13" y="10" width="22" height="28" rx="3"/><path d="M18 19h12M18 26h12M18 33h7"/>',
    '#0f766e',
  ),
  employment: icon(
    '<circle cx="19" cy="18" r="5"/><path d="M10 36c0-6 4-9 9-9s9 3 9 9"/><path d="M33 32V17M28 22l5-5 5 5"/>',
    '#2563eb',
  ),
  health: icon(
    '<path d="M24 37S10 29 10 19a7 7 0 0 1 14-2 7 7 0 0 1 14 2c0 10-14 18-14 18z"/><path d="M15 23h5l2-4 4 8 2-4h5"/>',
    '#dc5b3e',
  ),
} as const

interface App {
  readonly app: 'forms' | 'employment-report' | 'health-report'
  readonly number: number
  readonly name: string
  readonly nameEn: string
  readonly description: string
  readonly descriptionEn: string
  readonly icon: string
  readonly pushStyle: 'synchttp' | 'legacy'
  readonly secret: keyof Secrets
  readonly token: keyof Secrets
  readonly aesKey: keyof Secrets
}

/** Two of the three push styles of the platform are in use on purpose: both must keep working. */
const apps: readonly App[] = [
  {
    app: 'forms',
    number: 1,
    name: '智能填表',
    nameEn: 'Smart forms',
    description: '发布每日健康打卡等表单，定时提醒，实时查看填报进度',
    descriptionEn: 'Publish daily forms, remind on time, watch the answers come in',
    icon: icons.forms,
    pushStyle: 'synchttp',
    secret: 'formsSuiteSecret',
    token: 'formsToken',
    aesKey: 'formsAesKey',
  },
  {
    app: 'employment-report',
    number: 2,
    name: '企业用工登记上报',
    nameEn: 'Employment report',
    description: '汇总员工登记信息，一键上报主管部门',
    descriptionEn: 'Sum up the staff register and report it',
    icon: icons.employment,
    pushStyle: 'legacy',
    secret: 'employmentSuiteSecret',
    token: 'employmentToken',
    aesKey: 'employmentAesKey',
  },
  {
    app: 'health-report',
    number: 3,
    name: '企业健康数据上报',
    nameEn: 'Health report',
    description: '汇总每日健康数据，一键上报主管部门',
    descriptionEn: 'Sum up the day’s health data and report it',
    icon: icons.health,
    pushStyle: 'synchttp',
    secret: 'healthSuiteSecret',
    token: 'healthToken',
    aesKey: 'healthAesKey',
  },
]

/** The file both the workplace and the server read: the one registers these apps, the other is them. */
export function writeSuites(dataDir: string, secrets: Secrets, serverUrl: string): string {
  const file = join(dataDir, 'suites.json')
  const suites = apps.map((app) => ({
    app: app.app,
    suiteId: String(20_000_000 + app.number),
    appId: String(30_000_000 + app.number),
    suiteKey: `suitekangbao${app.app.replace('-', '')}`,
    suiteSecret: secrets[app.secret],
    callbackToken: secrets[app.token],
    callbackAesKey: secrets[app.aesKey],
    callbackUrl: `${serverUrl}/callback/dingtalk/${app.app}`,
    pushStyle: app.pushStyle,
    name: app.name,
    nameEn: app.nameEn,
    description: app.description,
    descriptionEn: app.descriptionEn,
    developer: '康报',
    icon: app.icon,
    homeUrl: `${serverUrl}/m/${app.app}/?corpId=$CORPID$`,
    pcHomeUrl: `${serverUrl}/m/${app.app}/?corpId=$CORPID$`,
  }))
  writeFileSync(file, `${JSON.stringify(suites, null, 2)}\n`, { mode: 0o600 })
  return file
}
