import { startMiniApp } from '@kangbao/kit/mini-app.ts'
import zhCN from './locales/zh-CN.ts'
import { routes } from './routes.ts'

void startMiniApp({
  app: 'health-report',
  routes,
  messages: { 'zh-CN': zhCN, en: () => import('./locales/en.ts') },
})
