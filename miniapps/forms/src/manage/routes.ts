import type { RouteRecordRaw } from 'vue-router'
import type { LocaleSource } from '@kangbao/kit/i18n/i18n.ts'

async function messages(): Promise<LocaleSource> {
  const zhCN = await import('./locales/zh-CN.ts')
  return { 'zh-CN': zhCN.default, en: () => import('./locales/en.ts') }
}

const pages: readonly RouteRecordRaw[] = [
  { path: '/manage', name: 'manage', component: () => import('./pages/FormListPage.vue') },
  {
    path: '/manage/templates',
    name: 'templates',
    component: () => import('./pages/TemplateListPage.vue'),
  },
  {
    path: '/manage/templates/:templateId',
    name: 'template',
    props: true,
    component: () => import('./pages/TemplatePage.vue'),
  },
  { path: '/manage/kiosks', name: 'kiosks', component: () => import('./kiosks/KiosksPage.vue') },
  {
    path: '/manage/publish/:templateId',
    name: 'publish',
    props: true,
    component: () => import('./pages/PublishPage.vue'),
  },
  {
    path: '/manage/forms/:formId/published',
    name: 'published',
    props: true,
    component: () => import('./pages/PublishedPage.vue'),
  },
  {
    path: '/manage/forms/:formId/settings',
    name: 'settings',
    props: true,
    component: () => import('./pages/SettingsPage.vue'),
  },
  {
    path: '/manage/forms/:formId/exports',
    name: 'exports',
    props: true,
    component: () => import('./pages/ExportsPage.vue'),
  },
  {
    path: '/manage/forms/:formId',
    name: 'form',
    props: true,
    component: () => import('./pages/FormPage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/departments',
    name: 'departments',
    props: true,
    component: () => import('./pages/DepartmentsPage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/ledger',
    name: 'ledger',
    props: true,
    component: () => import('./pages/LedgerPage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/ledger/people',
    name: 'ledger-people',
    props: true,
    component: () => import('./pages/LedgerPeoplePage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/people',
    name: 'people',
    props: true,
    component: () => import('./pages/PeoplePage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/statistics',
    name: 'statistics',
    props: true,
    component: () => import('./pages/StatisticsPage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/people/:memberId',
    name: 'submission',
    props: true,
    component: () => import('./pages/SubmissionPage.vue'),
  },
  {
    path: '/manage/forms/:formId/cases',
    name: 'cases',
    props: true,
    component: () => import('../cases/CasesPage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/cases/:memberId',
    name: 'case',
    props: true,
    component: () => import('../cases/CasePage.vue'),
  },
]

/** The pages of management; all of them bring its texts. */
const routes = pages.map((page) => ({ ...page, meta: { messages } }))
export default routes
