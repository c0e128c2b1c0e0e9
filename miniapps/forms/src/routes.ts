import type { RouteRecordRaw } from 'vue-router'
// What a card in chat opens comes with the entry: fetched after it, it would cost a round trip more.
import FillPage from './pages/FillPage.vue'

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
  // A card in chat leads to the filling page: the tables of all others come with the first of them, and take this one's place.
  {
    path: '/manage/:rest(.*)*',
    name: 'manage',
    meta: { later: () => import('./manage/routes.ts') },
    component: FillPage,
  },
  { path: '/:rest(.*)*', name: 'rest', meta: { later: () => import('./pages.ts') }, component: FillPage },
]
