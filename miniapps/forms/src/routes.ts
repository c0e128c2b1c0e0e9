import type { RouteRecordRaw } from 'vue-router'
import type { LocaleSource } from '@kangbao/kit/i18n/i18n.ts'
// What a card in chat opens comes with the entry: fetched after it, it would cost a round trip more.
import FillPage from './pages/FillPage.vue'

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
  // Most people never open a page of management: their table comes with the first of them, and takes this one's place.
  {
    path: '/manage/:rest(.*)*',
    name: 'manage',
    meta: { later: () => import('./manage/routes.ts') },
    component: FillPage,
  },
  { path: '/:rest(.*)*', redirect: '/' },
]
