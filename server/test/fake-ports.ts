import { createHash } from 'node:crypto'
import type { GovernmentReport, GovernmentTakenPage } from '@kangbao/shared/contracts/government.ts'
import { appIds } from '@kangbao/shared/contracts/sessions.ts'
import type { Suite } from '../src/config.ts'
import {
  GovernmentUnavailable,
  type EndpointSettings,
  type Government,
  type Governments,
  type Verdict,
} from '../src/ports/government.ts'
import type { Mail, MailMessage } from '../src/ports/mail.ts'
import type { Sms, SmsMessage } from '../src/ports/sms.ts'
import type { WebhookAnswer, Webhooks } from '../src/ports/webhooks.ts'
import {
  WorkplaceRefused,
  type AppInOrg,
  type Workplace,
  type WorkplaceAdmin,
  type WorkplaceDepartment,
  type WorkplaceMessage,
  type WorkplaceUser,
} from '../src/ports/workplace.ts'

interface FakeOrg {
  readonly name: string
  departments: WorkplaceDepartment[]
  users: WorkplaceUser[]
  admins: WorkplaceAdmin[]
  /** Single-use sign-in codes. */
  readonly codes: Map<string, string>
}

/** The outside world of a route test: it remembers what it was told. Journeys use the real parts instead. */
export class FakePorts {
  readonly suites: readonly Suite[] = appIds.map((app, i) => ({
    app,
    suiteId: `900${i}`,
    appId: `450${i}`,
    suiteKey: `suitetest${app.replaceAll('-', '')}`,
    suiteSecret: 'suite-secret-for-tests',
    callbackToken: 'testtoken',
    callbackAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE',
  }))
  readonly orgs = new Map<string, FakeOrg>()
  readonly sent: { target: AppInOrg; userIds: readonly string[]; message: WorkplaceMessage }[] = []
  readonly reports: GovernmentReport[] = []
  readonly texts: SmsMessage[] = []
  readonly mails: MailMessage[] = []
  /** What the government’s list of a day holds; null when it keeps none. */
  takenOf: (day: string) => GovernmentTakenPage | null = () => null
  /** What the government says next; the default accepts and drops repeats. */
  verdict: (report: GovernmentReport) => Verdict | 'unavailable' = (report) => ({
    accepted: true,
    receiptNo: `R-${report.reportId.slice(-8)}`,
  })

  readonly workplace: Workplace = {
    activate: async (_app, code) => code,
    authorisation: async ({ corpId }) => ({
      corpId,
      orgName: this.org(corpId).name,
      agentId: '1001',
      isStopped: false,
      scope: { departmentIds: [1], userIds: [] },
    }),
    listDepartments: async ({ corpId }, parentId) =>
      this.org(corpId).departments.filter((department) => department.parentId === parentId),
    department: async ({ corpId }, id) => this.org(corpId).departments.find((each) => each.id === id) ?? null,
    listUsers: async ({ corpId }, departmentId, cursor) => {
      const all = this.org(corpId).users.filter((user) => user.departmentIds.includes(departmentId))
      const users = all.slice(cursor, cursor + 100)
      return { users, nextCursor: cursor + 100 < all.length ? cursor + 100 : null }
    },
    user: async ({ corpId }, userId) => this.org(corpId).users.find((user) => user.userId === userId) ?? null,
    listAdmins: async ({ corpId }) => this.org(corpId).admins,
    userOfAuthCode: async ({ corpId }, code) => {
      const { codes, admins } = this.org(corpId)
      const userId = codes.get(code)
      if (!userId) throw new WorkplaceRefused('40078', 'no such code')
      codes.delete(code)
      return { userId, isAdmin: admins.some((admin) => admin.userId === userId) }
    },
    signPage: async ({ corpId, agentId }) => ({
      agentId,
      corpId,
      timeStamp: '0',
      nonceStr: 'n',
      signature: 's',
    }),
    messageBatchSize: () => 100,
    sendMessage: async (target, userIds, message) => {
      this.sent.push({ target, userIds, message })
      return `task-${this.sent.length}`
    },
    sendResult: async () => ({ isFinished: true, failed: [], read: [], unread: [] }),
    readers: async () => ({ read: [], unread: [] }),
  }

  readonly government: Government = {
    submit: async (report) => {
      const verdict = this.verdict(report)
      if (verdict === 'unavailable') throw new GovernmentUnavailable('down', null)
      this.reports.push(report)
      return verdict
    },
    taken: async (day) => this.takenOf(day),
    digestOf: (report) => createHash('sha256').update(JSON.stringify(report)).digest('hex'),
  }

  /** Who stands behind an endpoint of the operator. */
  endpointAt: (settings: EndpointSettings) => Government = () => this.government

  readonly governments: Governments = {
    at: (settings) => this.endpointAt(settings),
    faultOf: () => null,
  }

  readonly sms: Sms = {
    send: async (message) => {
      this.texts.push(message)
    },
  }

  readonly mail: Mail = {
    isConfigured: true,
    send: async (message) => {
      this.mails.push(message)
    },
  }

  /** What receivers of webhooks were sent, and what they answer. */
  readonly called: { url: string; headers: Readonly<Record<string, string>>; body: string }[] = []
  receiver: (url: string, body: string) => WebhookAnswer | Promise<WebhookAnswer> = () => ({
    status: 204,
    retryAfterMs: null,
  })

  readonly webhooks: Webhooks = {
    mayCall: (url) => url.startsWith('https://'),
    post: async (url, headers, body) => {
      this.called.push({ url, headers, body })
      return this.receiver(url, body)
    },
  }

  org(corpId: string): FakeOrg {
    const org = this.orgs.get(corpId)
    if (!org) throw new WorkplaceRefused('40079', 'no such org', {}, true)
    return org
  }
}
