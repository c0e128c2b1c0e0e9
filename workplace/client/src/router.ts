import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { useSession } from './account/session.ts'
import { useOperatorSession } from './operator/operator-session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Open to people who have not signed in. */
    isPublic?: boolean
    /** The platform operator's, who signs in apart from people. */
    isOperator?: boolean
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
        path: 'invitations',
        name: 'team-invitations',
        component: () => import('./invitations/OwnInvitationsPage.vue'),
        meta: { isDetail: true },
      },
      {
        path: ':orgId/:conversationId',
        name: 'conversation',
        component: () => import('./messages/ConversationPage.vue'),
        props: true,
        meta: { isDetail: true },
      },
      {
        path: ':orgId/:conversationId/info',
        name: 'chat-info',
        component: () => import('./groups/ChatInfoPage.vue'),
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
    path: 'todos',
    name: 'todos',
    component: () => import('./todos/TodosPage.vue'),
    meta: { tab: 'workbench' },
    children: [
      {
        path: 'new/:orgId',
        name: 'todo-new',
        component: () => import('./todos/NewTodoPage.vue'),
        props: true,
        meta: { isDetail: true },
      },
      {
        path: ':orgId/:todoId',
        name: 'todo',
        component: () => import('./todos/TodoPage.vue'),
        props: true,
        meta: { isDetail: true },
      },
    ],
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
        path: 'security',
        name: 'security',
        component: () => import('./me/SecurityPage.vue'),
        meta: { isDetail: true },
      },
      {
        path: 'security/phone',
        name: 'phone',
        component: () => import('./me/PhonePage.vue'),
        meta: { isDetail: true },
      },
      {
        path: 'security/password',
        name: 'password',
        component: () => import('./me/PasswordPage.vue'),
        meta: { isDetail: true },
      },
      {
        path: 'security/devices',
        name: 'devices',
        component: () => import('./me/DevicesPage.vue'),
        meta: { isDetail: true },
      },
      {
        path: 'security/apps',
        name: 'consents',
        component: () => import('./me/ConsentsPage.vue'),
        meta: { isDetail: true },
      },
      {
        path: 'security/delete',
        name: 'delete-account',
        component: () => import('./me/DeleteAccountPage.vue'),
        meta: { isDetail: true },
      },
      {
        path: 'display',
        name: 'display',
        component: () => import('./me/DisplayPage.vue'),
        meta: { isDetail: true },
      },
      { path: 'help', name: 'help', component: () => import('./me/HelpPage.vue'), meta: { isDetail: true } },
      {
        path: 'help/chat/:orgId',
        name: 'help-chat',
        component: () => import('./me/HelpChatPage.vue'),
        props: true,
        meta: { isDetail: true },
      },
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
  {
    path: 'invitations',
    name: 'admin-invitations',
    component: () => import('./admin/invitations/InvitationsPage.vue'),
  },
  { path: 'apps', name: 'admin-apps', component: () => import('./admin/AppsPage.vue') },
  {
    path: 'certification',
    name: 'admin-certification',
    component: () => import('./admin/certification/CertificationPage.vue'),
  },
  { path: 'org', name: 'admin-org', component: () => import('./admin/OrgPage.vue') },
]

const operator: RouteRecordRaw[] = [
  { path: '', name: 'operator', redirect: { name: 'operator-certifications' } },
  {
    path: 'certifications',
    name: 'operator-certifications',
    component: () => import('./operator/certification/CertificationsPage.vue'),
  },
  {
    path: 'certifications/:aboutOrg/:requestId',
    name: 'operator-certification',
    component: () => import('./operator/certification/ReviewPage.vue'),
    props: true,
  },
  { path: 'orgs', name: 'operator-orgs', component: () => import('./operator/OrgsPage.vue') },
  {
    path: 'suites',
    name: 'operator-suites',
    component: () => import('./operator/suites/SuitesPage.vue'),
  },
  {
    path: 'deliveries',
    name: 'operator-deliveries',
    component: () => import('./operator/suites/DeliveriesPage.vue'),
  },
  {
    path: 'templates',
    name: 'operator-templates',
    component: () => import('./operator/platform/TemplatesPage.vue'),
  },
  {
    path: 'limits',
    name: 'operator-limits',
    component: () => import('./operator/platform/LimitsPage.vue'),
  },
  { path: 'acts', name: 'operator-acts', component: () => import('./operator/OperatorActsPage.vue') },
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
      path: '/reset-password',
      name: 'reset-password',
      component: () => import('./account/ResetPasswordPage.vue'),
      meta: { isPublic: true },
    },
    {
      path: '/register',
      name: 'register',
      component: () => import('./orgs/RegisterPage.vue'),
      meta: { isPublic: true },
    },
    {
      path: '/help',
      name: 'open-help',
      component: () => import('./me/OpenHelpPage.vue'),
      meta: { isPublic: true },
    },
    {
      path: '/terms/:kind(service|app)',
      name: 'terms',
      component: () => import('./account/TermsPage.vue'),
      props: true,
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
    // Where websites of apps send people who sign in there: the address is DingTalk's.
    { path: '/oauth2/auth', name: 'web-sign-in', component: () => import('./account/WebSignInPage.vue') },
    {
      path: '/install/:suiteId',
      name: 'install',
      component: () => import('./install/InstallPage.vue'),
      props: true,
    },
    { path: '/admin', component: () => import('./admin/AdminShell.vue'), children: admin },
    {
      path: '/operator/sign-in',
      name: 'operator-sign-in',
      component: () => import('./operator/OperatorSignInPage.vue'),
      meta: { isPublic: true },
    },
    {
      path: '/operator',
      component: () => import('./operator/OperatorShell.vue'),
      meta: { isOperator: true },
      children: operator,
    },
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
  if (to.meta.isOperator)
    return useOperatorSession().isSignedIn || { name: 'operator-sign-in', query: { to: to.fullPath } }
  if (!session.isSignedIn) return { name: 'sign-in', query: { to: to.fullPath } }
  // A network failure must not lock the screens: they draw their own error with retry.
  if (!session.me) await session.refresh().catch(() => undefined)
  return session.isSignedIn || { name: 'sign-in', query: { to: to.fullPath } }
})
