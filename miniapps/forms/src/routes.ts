import type { RouteRecordRaw } from 'vue-router'
import type { LocaleSource } from '@kangbao/kit/i18n/i18n.ts'
// What a card in chat opens comes with the entry: fetched after it, it would cost a round trip more.
import FillPage from './pages/FillPage.vue'

/** Pages about management and about oneself bring their own texts; who only fills never loads them. */
async function manageMessages(): Promise<LocaleSource> {
  const zhCN = await import('./manage/locales/zh-CN.ts')
  return { 'zh-CN': zhCN.default, en: () => import('./manage/locales/en.ts') }
}
async function ownMessages(): Promise<LocaleSource> {
  const zhCN = await import('./me/locales/zh-CN.ts')
  return { 'zh-CN': zhCN.default, en: () => import('./me/locales/en.ts') }
}
async function colleagueMessages(): Promise<LocaleSource> {
  const zhCN = await import('./colleagues/locales/zh-CN.ts')
  return { 'zh-CN': zhCN.default, en: () => import('./colleagues/locales/en.ts') }
}
const meta = { messages: manageMessages }
const forColleagues = { messages: colleagueMessages }

export const routes: RouteRecordRaw[] = [
  {
    path: '/',
    name: 'my-forms',
    component: () => import('./mine/MyFormsPage.vue'),
    beforeEnter: (to) =>
      typeof to.query['form'] === 'string'
        ? { name: 'fill', params: { formId: to.query['form'] }, query: { ...to.query, form: undefined } }
        : true,
  },
  {
    path: '/fill/:formId',
    name: 'fill',
    props: true,
    meta: { isForGuests: true },
    component: FillPage,
  },
  { path: '/waiting', name: 'queue', component: () => import('./mine/QueuePage.vue') },
  { path: '/history', name: 'history', component: () => import('./mine/MyHistoryPage.vue') },
  {
    path: '/for',
    name: 'colleague-forms',
    meta: forColleagues,
    component: () => import('./colleagues/ColleagueFormsPage.vue'),
  },
  {
    path: '/for/:formId',
    name: 'colleagues',
    props: true,
    meta: forColleagues,
    component: () => import('./colleagues/ColleaguesPage.vue'),
  },
  {
    path: '/for/:formId/:memberId',
    name: 'colleague-fill',
    props: true,
    meta: forColleagues,
    component: () => import('./colleagues/ColleagueFillPage.vue'),
  },
  {
    path: '/history/:formId/:period',
    name: 'record',
    props: true,
    component: () => import('./mine/RecordPage.vue'),
  },
  {
    path: '/me',
    name: 'me',
    meta: { isForGuests: true, messages: ownMessages },
    component: () => import('./me/MePage.vue'),
  },
  { path: '/manage', name: 'manage', meta, component: () => import('./manage/pages/FormListPage.vue') },
  {
    path: '/manage/templates',
    name: 'templates',
    meta,
    component: () => import('./manage/pages/TemplateListPage.vue'),
  },
  {
    path: '/manage/templates/:templateId',
    name: 'template',
    props: true,
    meta,
    component: () => import('./manage/pages/TemplatePage.vue'),
  },
  {
    path: '/manage/publish/:templateId',
    name: 'publish',
    props: true,
    meta,
    component: () => import('./manage/pages/PublishPage.vue'),
  },
  {
    path: '/manage/forms/:formId/published',
    name: 'published',
    props: true,
    meta,
    component: () => import('./manage/pages/PublishedPage.vue'),
  },
  {
    path: '/manage/forms/:formId/settings',
    name: 'settings',
    props: true,
    meta,
    component: () => import('./manage/pages/SettingsPage.vue'),
  },
  {
    path: '/manage/forms/:formId/exports',
    name: 'exports',
    props: true,
    meta,
    component: () => import('./manage/pages/ExportsPage.vue'),
  },
  {
    path: '/manage/forms/:formId',
    name: 'form',
    props: true,
    meta,
    component: () => import('./manage/pages/FormPage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/departments',
    name: 'departments',
    props: true,
    meta,
    component: () => import('./manage/pages/DepartmentsPage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/ledger',
    name: 'ledger',
    props: true,
    meta,
    component: () => import('./manage/pages/LedgerPage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/ledger/people',
    name: 'ledger-people',
    props: true,
    meta,
    component: () => import('./manage/pages/LedgerPeoplePage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/people',
    name: 'people',
    props: true,
    meta,
    component: () => import('./manage/pages/PeoplePage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/statistics',
    name: 'statistics',
    props: true,
    meta,
    component: () => import('./manage/pages/StatisticsPage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/people/:memberId',
    name: 'submission',
    props: true,
    meta,
    component: () => import('./manage/pages/SubmissionPage.vue'),
  },
  {
    path: '/manage/forms/:formId/cases',
    name: 'cases',
    props: true,
    meta,
    component: () => import('./cases/CasesPage.vue'),
  },
  {
    path: '/manage/forms/:formId/:period/cases/:memberId',
    name: 'case',
    props: true,
    meta,
    component: () => import('./cases/CasePage.vue'),
  },
  { path: '/:rest(.*)*', redirect: '/' },
]
