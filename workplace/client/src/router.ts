import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { useSession } from './account/session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Open to people who have not signed in. */
    isPublic?: boolean
    /** Fills the phone's screen: no bottom tabs. In the wide layout it is the detail pane. */
    isDetail?: boolean
    tab?: 'messages' | 'dings' | 'workbench' | 'contacts' | 'me'
  }
}

const tabs: RouteRecordRaw[] = [
  {
    path: 'messages',
    name: 'messages',
    component: () => import('./messages/MessagesPage.vue'),
    meta: { tab: 'messages' },
    children: [
      {
        path: ':orgId/:conversationId',
        name: 'conversation',
        component: () => import('./messages/ConversationPage.vue'),
        props: true,
        meta: { isDetail: true },
      },
    ],
  },
  {
    path: 'dings',
    name: 'dings',
    component: () => import('./ding/DingsPage.vue'),
    meta: { tab: 'dings' },
    children: [
      {
        path: 'new/:orgId',
        name: 'ding-new',
        component: () => import('./ding/NewDingPage.vue'),
        props: true,
        meta: { isDetail: true },
      },
      {
        path: ':orgId/:dingId',
        name: 'ding',
        component: () => import('./ding/DingPage.vue'),
        props: true,
        meta: { isDetail: true },
      },
    ],
  },
  {
    path: 'workbench',
    name: 'workbench',
    component: () => import('./workbench/WorkbenchPage.vue'),
    meta: { tab: 'workbench' },
  },
  {
    path: 'workbench/settings/:orgId',
    name: 'app-settings',
    component: () => import('./workbench/AppSettingsPage.vue'),
    props: true,
    meta: { tab: 'workbench', isDetail: true },
  },
  // Drawn by the shell itself, so that open apps stay alive while other screens are shown.
  {
    path: 'app/:orgId/:agentId',
    name: 'app',
    component: () => import('./container/AppRoute.vue'),
    props: true,
    meta: { tab: 'workbench', isDetail: true },
  },
  {
    path: 'contacts',
    name: 'contacts',
    component: () => import('./contacts/ContactsPage.vue'),
    meta: { tab: 'contacts' },
    children: [
      {
        path: ':orgId/departments/:deptId',
        name: 'department',
        component: () => import('./contacts/DepartmentPage.vue'),
        props: true,
        meta: { isDetail: true },
      },
      {
        path: ':orgId/members/:userid',
        name: 'member',
        component: () => import('./contacts/MemberPage.vue'),
        props: true,
        meta: { isDetail: true },
      },
      {
        path: ':orgId/invite',
        name: 'invite',
        component: () => import('./orgs/InvitePage.vue'),
        props: true,
        meta: { isDetail: true },
      },
      {
        path: ':orgId/requests',
        name: 'join-requests',
        component: () => import('./orgs/JoinRequestsPage.vue'),
        props: true,
        meta: { isDetail: true },
      },
    ],
  },
  {
    path: 'me',
    name: 'me',
    component: () => import('./me/MePage.vue'),
    meta: { tab: 'me' },
    children: [
      {
        path: 'profile',
        name: 'profile',
        component: () => import('./me/ProfilePage.vue'),
        meta: { isDetail: true },
      },
      {
        path: 'display',
        name: 'display',
        component: () => import('./me/DisplayPage.vue'),
        meta: { isDetail: true },
      },
      { path: 'help', name: 'help', component: () => import('./me/HelpPage.vue'), meta: { isDetail: true } },
    ],
  },
]

const admin: RouteRecordRaw[] = [
  { path: '', name: 'admin', redirect: { name: 'admin-directory' } },
  {
    path: 'directory',
    name: 'admin-directory',
    component: () => import('./admin/directory/DirectoryPage.vue'),
  },
  { path: 'import', name: 'admin-import', component: () => import('./admin/import/ImportPage.vue') },
  { path: 'admins', name: 'admin-admins', component: () => import('./admin/AdminsPage.vue') },
  { path: 'requests', name: 'admin-requests', component: () => import('./admin/RequestsPage.vue') },
  { path: 'apps', name: 'admin-apps', component: () => import('./admin/AppsPage.vue') },
  { path: 'org', name: 'admin-org', component: () => import('./admin/OrgPage.vue') },
]

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: { name: 'messages' } },
    {
      path: '/sign-in',
      name: 'sign-in',
      component: () => import('./account/SignInPage.vue'),
      meta: { isPublic: true },
    },
    {
      path: '/join/:code',
      name: 'join',
      component: () => import('./orgs/JoinPage.vue'),
      props: true,
      meta: { isPublic: true },
    },
    { path: '/start', name: 'start', component: () => import('./orgs/StartPage.vue') },
    { path: '/orgs/new', name: 'org-new', component: () => import('./orgs/CreateOrgPage.vue') },
    {
      path: '/orgs/:orgId/created',
      name: 'org-created',
      component: () => import('./orgs/OrgCreatedPage.vue'),
      props: true,
    },
    { path: '/scan', name: 'scan', component: () => import('./scan/ScanPage.vue') },
    {
      path: '/scan-sign-in/:ticket',
      name: 'scan-sign-in',
      component: () => import('./account/ScanSignInPage.vue'),
      props: true,
    },
    {
      path: '/install/:suiteId',
      name: 'install',
      component: () => import('./install/InstallPage.vue'),
      props: true,
    },
    { path: '/admin', component: () => import('./admin/AdminShell.vue'), children: admin },
    { path: '/', component: () => import('./layout/AppShell.vue'), children: tabs },
    {
      path: '/:rest(.*)*',
      name: 'missing',
      component: () => import('./layout/MissingPage.vue'),
      meta: { isPublic: true },
    },
  ],
})

router.beforeEach(async (to) => {
  const session = useSession()
  if (to.meta.isPublic) return true
  if (!session.isSignedIn) return { name: 'sign-in', query: { to: to.fullPath } }
  // A network failure must not lock the screens: they draw their own error with retry.
  if (!session.me) await session.refresh().catch(() => undefined)
  return session.isSignedIn || { name: 'sign-in', query: { to: to.fullPath } }
})
