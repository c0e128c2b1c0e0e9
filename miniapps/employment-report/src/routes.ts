import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/', name: 'report', component: () => import('./pages/ReportPage.vue') },
  { path: '/people/:figure', name: 'people', props: true, component: () => import('./pages/PeoplePage.vue') },
  { path: '/history', name: 'history', component: () => import('./pages/HistoryPage.vue') },
  { path: '/:rest(.*)*', redirect: '/' },
]
