import { startMiniApp } from '@kangbao/kit/mini-app.ts'
import { asks } from './asks.ts'
import zhCN from './locales/zh-CN.ts'
import { routes } from './routes.ts'

// A shared tablet has nobody signed in: it is a page of its own, and people on their phones never load it.
if (location.pathname === `${import.meta.env.BASE_URL}kiosk`)
  void import('./kiosk/open.ts').then(({ openKiosk }) => openKiosk())
else
  void startMiniApp({
    app: 'forms',
    routes,
    asks,
    messages: { 'zh-CN': zhCN, en: () => import('./locales/en.ts') },
  })
