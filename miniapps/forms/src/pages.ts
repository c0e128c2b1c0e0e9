import type { RouteRecordRaw } from 'vue-router'
import type { LocaleSource } from '@kangbao/kit/i18n/i18n.ts'

/** Pages about oneself and about others bring their own texts; who only fills never loads them. */
async function ownMessages(): Promise<LocaleSource> {
  const zhCN = await import('./me/locales/zh-CN.ts')
  return { 'zh-CN': zhCN.default, en: () => import('./me/locales/en.ts') }
}
async function colleagueMessages(): Promise<LocaleSource> {
  const zhCN = await import('./colleagues/locales/zh-CN.ts')
  return { 'zh-CN': zhCN.default, en: () => import('./colleagues/locales/en.ts') }
}
async function tryingMessages(): Promise<LocaleSource> {
  const zhCN = await import('./trying/locales/zh-CN.ts')
  return { 'zh-CN': zhCN.default, en: () => import('./trying/locales/en.ts') }
}
const forColleagues = { messages: colleagueMessages }

/** What is opened beside the list of forms and the filling page. */
const pages: readonly RouteRecordRaw[] = [
  { path: '/:rest(.*)*', name: 'rest', redirect: '/' },
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
    path: '/try/:testId',
    name: 'try',
    props: true,
    meta: { messages: tryingMessages },
    component: () => import('./trying/TryPage.vue'),
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
]
export default pages
