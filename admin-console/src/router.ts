import { createRouter, createWebHashHistory, type RouteRecordRaw, type RouterHistory } from 'vue-router'
import type { Permission } from '@kangbao/shared/contracts/permissions.ts'
import AppShell from './layout/AppShell.vue'
import NotFoundPage from './layout/NotFoundPage.vue'
import { useSession } from './sessions/session-store.ts'
import SignInPage from './sessions/SignInPage.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** Who may open the page; without one, anybody. */
    readonly permission?: Permission
    readonly titleKey?: string
  }
}

const orgPages: RouteRecordRaw[] = [
  {
    path: 'forms',
    name: 'forms',
    component: () => import('./forms/FormsPage.vue'),
    meta: { permission: 'forms.read', titleKey: 'layout.forms' },
  },
  {
    path: 'forms/templates',
    name: 'templates',
    component: () => import('./forms/TemplatesPage.vue'),
    meta: { permission: 'forms.publish', titleKey: 'forms.new' },
  },
  {
    path: 'forms/publish',
    name: 'publish',
    component: () => import('./forms/PublishPage.vue'),
    props: ({ query }) => ({ templateId: String(query['template'] ?? '') }),
    meta: { permission: 'forms.publish', titleKey: 'forms.publish' },
  },
  {
    path: 'forms/drafts/:draftId',
    name: 'designer',
    component: () => import('./designing/DesignerPage.vue'),
    props: true,
    meta: { permission: 'forms.publish', titleKey: 'design.page' },
  },
  {
    path: 'forms/drafts/:draftId/publish',
    name: 'publish-draft',
    component: () => import('./designing/PublishDraftPage.vue'),
    props: true,
    meta: { permission: 'forms.publish', titleKey: 'forms.publish' },
  },
  {
    path: 'forms/:formId',
    component: () => import('./forms/FormPage.vue'),
    props: true,
    meta: { permission: 'forms.read', titleKey: 'layout.forms' },
    children: [
      {
        path: '',
        name: 'form',
        component: () => import('./completeness/CompletenessPage.vue'),
        meta: { permission: 'completeness.read' },
      },
      {
        path: 'statistics',
        name: 'statistics',
        component: () => import('./completeness/StatisticsPage.vue'),
        meta: { permission: 'completeness.read' },
      },
      {
        path: 'cases',
        name: 'cases',
        component: () => import('./cases/CasesPage.vue'),
        meta: { permission: 'submissions.read' },
      },
      {
        path: 'ledger',
        name: 'ledger',
        component: () => import('./forms/LedgerPage.vue'),
        meta: { permission: 'forms.publish' },
      },
      {
        path: 'settings',
        name: 'settings',
        component: () => import('./forms/SettingsPage.vue'),
      },
    ],
  },
  {
    path: 'directory',
    name: 'directory',
    component: () => import('./directory/DirectoryPage.vue'),
    meta: { permission: 'directory.read', titleKey: 'layout.directory' },
  },
  {
    path: 'kiosks',
    name: 'kiosks',
    component: () => import('./kiosks/KiosksPage.vue'),
    meta: { permission: 'kiosks.manage', titleKey: 'kiosks.title' },
  },
  {
    path: 'privacy',
    name: 'privacy',
    component: () => import('./privacy/PrivacyPage.vue'),
    meta: { permission: 'privacy.manage', titleKey: 'layout.privacy' },
  },
  {
    path: 'open-api',
    component: () => import('./open-api/OpenApiPage.vue'),
    meta: { permission: 'open-api.manage', titleKey: 'openApi.title' },
    children: [
      { path: '', name: 'api-tokens', component: () => import('./open-api/TokensTab.vue') },
      { path: 'webhooks', name: 'webhooks', component: () => import('./open-api/WebhooksTab.vue') },
      { path: 'events', name: 'events', component: () => import('./open-api/EventsTab.vue') },
    ],
  },
  {
    path: 'open-api/webhooks/:endpointId',
    name: 'webhook-deliveries',
    component: () => import('./open-api/DeliveriesPage.vue'),
    props: true,
    meta: { permission: 'open-api.manage', titleKey: 'openApi.title' },
  },
  {
    path: 'reports/:kind(employment|health)',
    name: 'report',
    component: () => import('./reports/ReportPage.vue'),
    props: true,
    meta: { permission: 'reports.read', titleKey: 'layout.group-reports' },
  },
]

const personalPages: RouteRecordRaw[] = [
  {
    path: 'audit-log',
    name: 'audit-log',
    component: () => import('./audit-log/AuditLogPage.vue'),
    meta: { permission: 'audit.read', titleKey: 'layout.audit' },
  },
  {
    path: 'security',
    name: 'security',
    component: () => import('./sessions/SecurityPage.vue'),
    meta: { permission: 'session', titleKey: 'security.title' },
  },
]

const operatorPages: RouteRecordRaw[] = [
  {
    path: 'operations/status',
    name: 'status',
    component: () => import('./operations/StatusPage.vue'),
    meta: { permission: 'operations.read', titleKey: 'layout.status' },
  },
  {
    path: 'operations/orgs',
    name: 'orgs',
    component: () => import('./operations/OrgsPage.vue'),
    meta: { permission: 'operations.read', titleKey: 'layout.orgs' },
  },
  {
    path: 'operations/viewers',
    name: 'viewers',
    component: () => import('./operations/ViewersPage.vue'),
    meta: { permission: 'operations.read', titleKey: 'layout.viewers' },
  },
  {
    path: 'operations/daily-runs',
    name: 'daily-runs',
    component: () => import('./operations/DailyRunsPage.vue'),
    meta: { permission: 'operations.read', titleKey: 'layout.runs' },
  },
  {
    path: 'operations/daily-runs/:runId',
    name: 'daily-run',
    component: () => import('./operations/DailyRunPage.vue'),
    props: true,
    meta: { permission: 'operations.read', titleKey: 'layout.runs' },
  },
  {
    path: 'operations/comparison',
    name: 'comparisons',
    component: () => import('./operations/ComparisonsPage.vue'),
    meta: { permission: 'operations.read', titleKey: 'layout.comparison' },
  },
  {
    path: 'operations/comparison/:reconciliationId',
    name: 'comparison',
    component: () => import('./operations/ComparisonPage.vue'),
    props: true,
    meta: { permission: 'operations.read', titleKey: 'layout.comparison' },
  },
  {
    path: 'operations/endpoints',
    name: 'endpoints',
    component: () => import('./operations/EndpointsPage.vue'),
    meta: { permission: 'operations.read', titleKey: 'layout.endpoints' },
  },
  {
    path: 'operations/endpoints/:endpointId',
    name: 'endpoint',
    component: () => import('./operations/EndpointPage.vue'),
    props: true,
    meta: { permission: 'operations.read', titleKey: 'layout.endpoints' },
  },
]

const viewerPages: RouteRecordRaw[] = [
  {
    path: 'regions/:kind(health|employment)/:region(\\d{6})?',
    name: 'region',
    component: () => import('./regions/RegionPage.vue'),
    props: true,
    meta: { permission: 'rollups.read', titleKey: 'layout.group-regions' },
  },
]

/** Where somebody begins, by what he may do. */
function home(): string {
  const session = useSession()
  if (session.isOperator) return '/operations/status'
  return session.viewer ? '/regions/health' : '/forms'
}

export const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', component: SignInPage, meta: { titleKey: 'sessions.sign-in' } },
  {
    path: '/setup/:token',
    name: 'setup',
    component: () => import('./sessions/SetupPage.vue'),
    props: true,
    meta: { titleKey: 'sessions.sign-in' },
  },
  {
    path: '/',
    component: AppShell,
    meta: { permission: 'session' },
    children: [
      { path: '', name: 'home', redirect: home },
      ...orgPages,
      ...operatorPages,
      ...viewerPages,
      ...personalPages,
      { path: ':rest(.*)*', component: NotFoundPage },
    ],
  },
]

/** Hash history: the server serves one page, and a set-up token after the `#` never reaches a log. */
export function createConsoleRouter(history: RouterHistory = createWebHashHistory()) {
  const router = createRouter({ history, routes })
  router.beforeEach((to) => {
    const session = useSession()
    const { permission } = to.meta
    if (!permission) return true
    if (!session.current) return { name: 'sign-in', query: to.path === '/' ? {} : { next: to.fullPath } }
    return session.can(permission) || to.path === '/' ? true : '/'
  })
  return router
}
