import { Type, type Static } from 'typebox'
import {
  AgentId,
  closed,
  DeptId,
  Done,
  Instant,
  nullable,
  OrgParams,
  SuiteId,
  UserId,
  Uuid,
} from './basics.ts'
import { contract } from './contract.ts'

export const AppScope = Type.Object(
  {
    kind: Type.Union([Type.Literal('all'), Type.Literal('admins'), Type.Literal('some')]),
    deptIds: Type.Optional(Type.Array(DeptId, { maxItems: 500 })),
    userids: Type.Optional(Type.Array(UserId, { maxItems: 1000 })),
  },
  closed,
)
export type AppScope = Static<typeof AppScope>

export const AppState = Type.Union([Type.Literal('enabled'), Type.Literal('stopped')])

/** An app of this org as it stands on the workbench. */
export const WorkbenchApp = Type.Object({
  agentId: AgentId,
  appId: Type.Integer(),
  suiteId: SuiteId,
  name: Type.String(),
  icon: Type.String(),
  description: Type.String(),
  hasPcHome: Type.Boolean(),
})
export type WorkbenchApp = Static<typeof WorkbenchApp>

export const listWorkbench = contract({
  method: 'GET',
  path: '/orgs/:orgId/workbench',
  summary: 'Enabled apps whose scope includes me',
  permission: 'member',
  params: OrgParams,
  response: Type.Object({ items: Type.Array(WorkbenchApp) }),
})

export const Suite = Type.Object({
  suiteId: SuiteId,
  appId: Type.Integer(),
  name: Type.String(),
  icon: Type.String(),
  description: Type.String(),
  developer: Type.String(),
  /** What the consent page lists. */
  permissions: Type.Array(Type.Object({ zh: Type.String(), en: Type.String() })),
  termsTitle: Type.Object({ zh: Type.String(), en: Type.String() }),
})
export type Suite = Static<typeof Suite>

export const listSuites = contract({
  method: 'GET',
  path: '/suites',
  summary: 'Apps that can be installed, with their install codes',
  permission: 'session',
  response: Type.Object({
    items: Type.Array(Type.Object({ suite: Suite, installLink: Type.String(), qrSvg: Type.String() })),
  }),
})

const SuiteParams = Type.Object({ suiteId: SuiteId })
const InstallCodeQuery = Type.Object({ c: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9-]{1,40}$' })) })

export const getInstallCodeSvg = contract({
  method: 'GET',
  path: '/suites/:suiteId/install-code.svg',
  summary: 'Install QR as SVG; `c` is a promotion code',
  permission: 'public',
  params: SuiteParams,
  query: InstallCodeQuery,
  binary: true,
})

export const getInstallCodePng = contract({
  method: 'GET',
  path: '/suites/:suiteId/install-code.png',
  summary: 'Install QR as PNG',
  permission: 'public',
  params: SuiteParams,
  query: InstallCodeQuery,
  binary: true,
})

export const ScanResult = Type.Union([
  Type.Object({ kind: Type.Literal('install'), suiteId: SuiteId, promoCode: nullable(Type.String()) }),
  Type.Object({ kind: Type.Literal('join'), code: Type.String() }),
  Type.Object({ kind: Type.Literal('sign-in'), ticket: Type.String() }),
  /** An http(s) link; open it in the container when `agentId` is set. */
  Type.Object({
    kind: Type.Literal('link'),
    url: Type.String(),
    agentId: nullable(AgentId),
    orgId: nullable(Uuid),
  }),
  Type.Object({ kind: Type.Literal('text'), text: Type.String() }),
])
export type ScanResult = Static<typeof ScanResult>

export const resolveScan = contract({
  method: 'POST',
  path: '/scans',
  summary: 'What a scanned or pasted code means',
  permission: 'session',
  body: Type.Object(
    {
      text: Type.String({ minLength: 1, maxLength: 4000 }),
      orgId: Type.Optional(Uuid),
    },
    closed,
  ),
  response: ScanResult,
})

export const InstallTarget = Type.Object({
  orgId: Uuid,
  name: Type.String(),
  isAuthorised: Type.Boolean(),
  /** Only admins may authorise. */
  canInstall: Type.Boolean(),
})
export type InstallTarget = Static<typeof InstallTarget>

export const getInstallPage = contract({
  method: 'GET',
  path: '/suites/:suiteId/install-page',
  summary: 'The app’s page and my orgs, those already authorised marked (Z-09 steps 1 to 3)',
  permission: 'session',
  params: SuiteParams,
  response: Type.Object({ suite: Suite, targets: Type.Array(InstallTarget) }),
})

/** An installed app as the org’s admin manages it. */
export const InstalledApp = Type.Object({
  agentId: AgentId,
  appId: Type.Integer(),
  suiteId: SuiteId,
  name: Type.String(),
  icon: Type.String(),
  description: Type.String(),
  state: AppState,
  scope: AppScope,
  installedAt: Instant,
  /** It has a back end of its own for the admins of an org. */
  hasAdminPage: Type.Boolean(),
})
export type InstalledApp = Static<typeof InstalledApp>

export const installApp = contract({
  method: 'POST',
  path: '/orgs/:orgId/apps',
  summary: 'Authorise and enable an app (Z-09 steps 4 to 6)',
  permission: 'main-admin',
  params: OrgParams,
  body: Type.Object(
    {
      suiteId: SuiteId,
      acceptTerms: Type.Boolean(),
      scope: AppScope,
      promoCode: Type.Optional(Type.String({ maxLength: 40 })),
    },
    closed,
  ),
  response: InstalledApp,
  errors: ['terms.required', 'app.already-installed', 'app.scope-empty'],
})

export const listInstalledApps = contract({
  method: 'GET',
  path: '/orgs/:orgId/apps',
  summary: 'Installed apps, stopped ones included',
  permission: 'admin',
  params: OrgParams,
  response: Type.Object({ items: Type.Array(InstalledApp) }),
})

export const AppParams = Type.Object({ orgId: Uuid, agentId: AgentId })

export const changeAppScope = contract({
  method: 'PUT',
  path: '/orgs/:orgId/apps/:agentId/scope',
  summary: 'Change who sees the app',
  permission: 'main-admin',
  params: AppParams,
  body: AppScope,
  response: InstalledApp,
  errors: ['app.scope-empty'],
})

export const stopApp = contract({
  method: 'POST',
  path: '/orgs/:orgId/apps/:agentId/stop',
  summary: 'Disable the app for the org',
  permission: 'main-admin',
  params: AppParams,
  response: InstalledApp,
})

export const restoreApp = contract({
  method: 'POST',
  path: '/orgs/:orgId/apps/:agentId/restore',
  summary: 'Enable a stopped app again',
  permission: 'main-admin',
  params: AppParams,
  response: InstalledApp,
})

export const openAppAdminPage = contract({
  method: 'POST',
  path: '/orgs/:orgId/apps/:agentId/admin-page',
  summary: 'The address of the app’s own back end, with a code that says which admin comes; once; 5 minutes',
  permission: 'admin',
  params: AppParams,
  response: Type.Object({ url: Type.String() }),
  errors: ['app.stopped', 'resource.missing'],
})

export const removeApp = contract({
  method: 'DELETE',
  path: '/orgs/:orgId/apps/:agentId',
  summary: 'Withdraw the authorisation and take the app away',
  permission: 'main-elevated',
  params: AppParams,
  response: Done,
})
